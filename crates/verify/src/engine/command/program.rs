//! The file of a program, as the system finds it.

use std::env;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

use crate::digest;

/// The SHA-256 of a program's file, by its name in a command line; `None` if no regular file is found, or it cannot be read.
pub fn digest(name: &str) -> Option<String> {
    let path =
        found(name, env::var_os("PATH").map(|path| env::split_paths(&path).collect()).unwrap_or_default())?;
    File::open(path).and_then(digest::of_file).ok()
}

/// Where a program is: a name with a folder in it is that of a file, and another is looked for in these folders.
fn found(name: &str, folders: Vec<PathBuf>) -> Option<PathBuf> {
    // What is no regular file may have no end.
    let is_program =
        |path: &PathBuf| fs::metadata(path).is_ok_and(|about| about.is_file() && is_executable(&about));
    if Path::new(name).components().count() > 1 {
        return Some(PathBuf::from(name)).filter(is_program);
    }
    let named = |folder: &PathBuf| folder.join(format!("{name}{}", env::consts::EXE_SUFFIX));
    folders.iter().map(named).find(is_program)
}

#[cfg(unix)]
fn is_executable(about: &fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    about.permissions().mode() & 0o111 != 0
}

#[cfg(not(unix))]
fn is_executable(_: &fs::Metadata) -> bool {
    true
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn a_program_is_the_file_that_would_run() {
        let folder = env::temp_dir().join(format!("halfulp-programs-{}", std::process::id()));
        let [first, second] = ["first", "second"].map(|name| folder.join(name));
        let write = |folder: &Path, mode: u32, text: &str| {
            fs::create_dir_all(folder).expect("a folder");
            let path = folder.join("device");
            fs::write(&path, text).expect("a file");
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).expect("permissions");
            path
        };
        // A file that cannot run is passed over, as by the system.
        write(&first, 0o644, "no program");
        let there = write(&second, 0o755, "abc");
        let folders = || vec![first.clone(), second.clone()];
        assert_eq!(found("device", folders()), Some(there.clone()));
        assert_eq!(found("no_device", folders()), None);
        let name = there.display().to_string();
        assert_eq!(found(&name, Vec::new()), Some(there));
        // FIPS 180-2, appendix B.1.
        assert_eq!(
            digest(&name).as_deref(),
            Some("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        );
        fs::write(&name, "abd").expect("a file");
        assert_ne!(digest(&name), Some(digest::of_bytes(b"abc")));
        // Folders and what has no end are no programs.
        assert_eq!((digest(&second.display().to_string()), digest("/dev/zero")), (None, None));
        fs::remove_dir_all(&folder).expect("the folder");
    }
}
