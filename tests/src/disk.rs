//! A disk that is nearly full. Needs root, as the test command has it.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A small file system mounted over a folder.
pub struct SmallDisk(PathBuf);

impl SmallDisk {
    /// Mounts `mib` MiB over `folder`. `None` where that is not allowed.
    #[must_use]
    pub fn mount(folder: &Path, mib: u32) -> Option<Self> {
        std::fs::create_dir_all(folder).unwrap();
        let size = format!("size={mib}m,mode=0700");
        let done = Command::new("mount").args(["-t", "tmpfs", "-o", &size, "tmpfs"]).arg(folder).status();
        done.is_ok_and(|status| status.success()).then(|| Self(folder.to_owned()))
    }

    /// Takes what room there is left.
    pub fn fill(&self) {
        let mut file = File::create(self.0.join("filler")).unwrap();
        let block = [7_u8; 4096];
        while file.write_all(&block).is_ok() {}
    }

    /// Gives that room back.
    pub fn free(&self) {
        std::fs::remove_file(self.0.join("filler")).unwrap();
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}
