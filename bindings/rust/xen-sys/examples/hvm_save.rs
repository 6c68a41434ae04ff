//! A walk through the saved state of an HVM guest: records, each behind its descriptor, up to the end.

#[cfg(any(target_arch = "x86_64", target_arch = "x86"))]
mod walk {
    use std::mem::size_of;
    use xen_sys::arch::{HvmHwMtrr, HvmSaveHeader, HvmTscAdjust, HVM_FILE_MAGIC};
    use xen_sys::hvm_save::{HvmSaveDescriptor, HvmSaveEnd};
    use xen_sys::{HvmSave, Pod};

    /// A record as it lies in the stream.
    pub struct Record<'a> {
        pub descriptor: HvmSaveDescriptor,
        pub bytes: &'a [u8],
    }

    impl Record<'_> {
        /// The record, if it is of that type. One that a newer Xen made longer is cut, one that an
        /// older Xen made shorter goes on with zeros.
        pub fn get<T: HvmSave + Pod>(&self) -> Option<T> {
            if self.descriptor.typecode != T::TYPECODE {
                return None;
            }
            let mut record = T::zeroed();
            for (to, from) in record.as_bytes_mut().iter_mut().zip(self.bytes) {
                *to = *from;
            }
            Some(record)
        }
    }

    /// The records of a stream before its end, and `None` for what is not one.
    pub fn records(mut stream: &[u8]) -> impl Iterator<Item = Option<Record<'_>>> {
        let mut next = move || {
            let (descriptor, rest) = HvmSaveDescriptor::from_prefix(stream)?;
            let length = usize::try_from(descriptor.length).ok()?;
            let bytes = rest.get(..length)?;
            stream = &rest[length..];
            Some(Record { descriptor, bytes })
        };
        let mut ended = false;
        std::iter::from_fn(move || {
            if ended {
                return None;
            }
            let record = next();
            ended = record
                .as_ref()
                .map_or(true, |it| it.descriptor.typecode == HvmSaveEnd::TYPECODE);
            match record {
                Some(_) if ended => None,
                record => Some(record),
            }
        })
    }

    /// Appends a record as Xen does.
    fn save<T: HvmSave + Pod>(stream: &mut Vec<u8>, instance: u16, record: &T) {
        let descriptor = HvmSaveDescriptor {
            typecode: T::TYPECODE,
            instance,
            length: u32::try_from(size_of::<T>()).expect("records are small"),
        };
        stream.extend_from_slice(descriptor.as_bytes());
        stream.extend_from_slice(record.as_bytes());
    }

    pub fn main() {
        let mut stream = Vec::new();
        let header = HvmSaveHeader {
            magic: HVM_FILE_MAGIC,
            gtsc_khz: 2_400_000,
            ..Default::default()
        };
        save(&mut stream, 0, &header);
        for (vcpu, tsc_adjust) in [(0, 100), (1, 200)] {
            save(&mut stream, vcpu, &HvmTscAdjust { tsc_adjust });
        }
        save(&mut stream, 0, &HvmHwMtrr::default());
        save(&mut stream, 0, &HvmSaveEnd {});

        let mut adjusted = Vec::new();
        for record in records(&stream) {
            let record = record.expect("a whole record");
            println!("{:?}", record.descriptor);
            if let Some(header) = record.get::<HvmSaveHeader>() {
                assert_eq!(header.magic, HVM_FILE_MAGIC);
            } else if let Some(tsc) = record.get::<HvmTscAdjust>() {
                adjusted.push((record.descriptor.instance, tsc.tsc_adjust));
            }
        }
        assert_eq!(adjusted, [(0, 100), (1, 200)]);
        assert_eq!(records(&stream).count(), 4);

        // A stream that breaks off says so.
        let cut = &stream[..stream.len() - 20];
        assert!(records(cut).last().is_some_and(|record| record.is_none()));
    }
}

#[cfg(any(target_arch = "x86_64", target_arch = "x86"))]
fn main() {
    walk::main();
}

#[cfg(not(any(target_arch = "x86_64", target_arch = "x86")))]
fn main() {
    println!("only x86 has records to save");
}
