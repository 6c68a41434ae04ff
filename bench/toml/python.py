"""python.py FILE: reads a TOML file with Python's own reader and prints how many `structs` it has."""

import sys
import tomllib

with open(sys.argv[1], "rb") as file:
    print(len(tomllib.load(file)["structs"]))
