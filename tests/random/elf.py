"""Reads what a compiler has put behind a symbol of a little-endian object file."""

import struct


class Object:
    def __init__(self, path):
        with open(path, "rb") as file:
            self.data = data = file.read()
        if data[:4] != b"\x7fELF" or data[5] != 1:
            raise ValueError(f"{path} is no little-endian ELF file")
        wide = data[4] == 2
        offset, = struct.unpack_from("<Q" if wide else "<I", data, 40 if wide else 32)
        size, count = struct.unpack_from("<HH", data, 58 if wide else 46)
        self.sections = []
        for i in range(count):
            at = offset + i * size
            if wide:
                kind, _, _, start, length, link = struct.unpack_from("<IQQQQI", data, at + 4)
            else:
                kind, _, _, start, length, link = struct.unpack_from("<IIIIII", data, at + 4)
            self.sections.append((kind, start, length, link))
        self.symbols = {}
        for kind, start, length, link in self.sections:
            if kind != 2:
                continue
            names = self.sections[link][1]
            for at in range(start, start + length, 24 if wide else 16):
                if wide:
                    name, _, _, section, value, extent = struct.unpack_from("<IBBHQQ", data, at)
                else:
                    name, value, extent, _, _, section = struct.unpack_from("<IIIBBH", data, at)
                end = data.index(b"\0", names + name)
                self.symbols[data[names + name:end].decode()] = (section, value, extent)

    def bytes(self, symbol):
        section, value, extent = self.symbols[symbol]
        kind, start, _, _ = self.sections[section]
        # What is all zero has no bytes in the file.
        return bytes(extent) if kind == 8 else self.data[start + value:start + value + extent]

    def numbers(self, symbol):
        data = self.bytes(symbol)
        return struct.unpack(f"<{len(data) // 8}Q", data)
