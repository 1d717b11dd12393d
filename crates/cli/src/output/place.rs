//! What the path of an output leads to.

use std::ffi::OsString;
use std::fs::{self, File, Metadata};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail, ensure};

/// What is at the end of a path.
pub enum Place {
    /// A regular file, or none yet: the path without links, and what it was.
    File { path: PathBuf, identity: Identity, replaced: Option<Box<Metadata>> },
    /// What takes bytes and keeps no file: a device, a pipe, or what standard output already goes to.
    Stream(File),
}

/// Tells files apart, whatever their paths are.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Identity {
    /// A file that is there.
    #[cfg(unix)]
    Node(u64, u64),
    /// A path without links.
    #[cfg(not(unix))]
    Path(PathBuf),
    /// A file that is not there yet, by its folder and its name.
    New(Box<Identity>, OsString),
}

impl Identity {
    /// Of what is there.
    pub fn of_existing(path: &Path) -> Option<Identity> {
        #[cfg(unix)]
        return fs::metadata(path).ok().map(|about| Identity::of(&about));
        #[cfg(not(unix))]
        return path.canonicalize().ok().map(Identity::Path);
    }

    #[cfg(unix)]
    fn of(about: &Metadata) -> Identity {
        use std::os::unix::fs::MetadataExt as _;
        Identity::Node(about.dev(), about.ino())
    }
}

impl Place {
    /// What a path leads to.
    ///
    /// # Errors
    /// A folder, a disk, a socket; a link to nothing, or that somebody else has put there; no folder for the file.
    pub fn of(path: &Path) -> anyhow::Result<Place> {
        let parent = folder(path)?;
        let link = match fs::symlink_metadata(path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Place::new(path, parent),
            about => about?,
        };
        if link.is_symlink() {
            ensure!(path.exists(), "a symbolic link that leads to nothing; name the file itself");
            check_owner(&link)?;
        }
        let about = fs::metadata(path)?;
        if let Some(stream) = standard(path, &about)? {
            return Ok(Place::Stream(stream));
        }
        if about.is_file() {
            let identity = Identity::of_existing(path).context("it cannot be looked at")?;
            return Ok(Place::File { path: path.canonicalize()?, identity, replaced: Some(Box::new(about)) });
        }
        Ok(Place::Stream(open_stream(path, &about)?))
    }

    /// A file that is not there yet.
    fn new(path: &Path, parent: &Path) -> anyhow::Result<Place> {
        let name = path.file_name().context("expected the name of a file")?.to_os_string();
        let parent = parent.canonicalize()?;
        let of = Identity::of_existing(&parent).context("its folder cannot be looked at")?;
        let identity = Identity::New(Box::new(of), name.clone());
        Ok(Place::File { path: parent.join(name), identity, replaced: None })
    }

    /// Tells it from other files; nothing for what takes the bytes of several.
    pub fn identity(&self) -> Option<&Identity> {
        match self {
            Place::File { identity, .. } => Some(identity),
            Place::Stream(_) => None,
        }
    }
}

/// The folder of a file that is to be written.
///
/// # Errors
/// There is none, or the file itself is a folder.
pub fn folder(path: &Path) -> anyhow::Result<&Path> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    ensure!(!path.is_dir(), "that is a folder");
    ensure!(folder.is_dir(), "there is no folder {}", folder.display());
    Ok(folder)
}

/// Whether a file can be put at a place, which may have changed since it was looked at.
pub fn is_file_or_nothing(path: &Path) -> bool {
    match fs::symlink_metadata(path) {
        Ok(about) => about.is_file(),
        Err(error) => error.kind() == ErrorKind::NotFound,
    }
}

/// A link of somebody else may have been put there to have another file overwritten.
#[cfg(unix)]
fn check_owner(link: &Metadata) -> anyhow::Result<()> {
    use std::os::unix::fs::MetadataExt as _;
    let own = rustix::process::geteuid().as_raw();
    ensure!(
        link.uid() == own || link.uid() == 0,
        "a symbolic link of another user's, who may have put it there; name the file itself"
    );
    Ok(())
}

#[cfg(not(unix))]
fn check_owner(_link: &Metadata) -> anyhow::Result<()> {
    Ok(())
}

/// The stream itself if that is where standard output or error goes: opened anew, a file would be written from its
/// beginning.
#[cfg(unix)]
fn standard(path: &Path, about: &Metadata) -> anyhow::Result<Option<File>> {
    use std::os::fd::AsFd as _;
    let (out, err) = (io::stdout(), io::stderr());
    for stream in [out.as_fd(), err.as_fd()] {
        let file = File::from(stream.try_clone_to_owned()?);
        let same = file.metadata().is_ok_and(|stream| Identity::of(&stream) == Identity::of(about));
        if !same || about.file_type() != file.metadata()?.file_type() {
            continue;
        }
        // `--junit x.xml >x.xml` is a mistake; `--junit /dev/stdout >x.xml` is not.
        let meant = ["/dev", "/proc"].iter().any(|folder| path.starts_with(folder));
        ensure!(meant || !about.is_file(), "standard output or error goes there; name another file");
        return Ok(Some(file));
    }
    Ok(None)
}

#[cfg(not(unix))]
fn standard(_path: &Path, _about: &Metadata) -> anyhow::Result<Option<File>> {
    Ok(None)
}

/// Opens a character device or a pipe, which must have a reader: it is not waited for.
#[cfg(unix)]
fn open_stream(path: &Path, about: &Metadata) -> anyhow::Result<File> {
    use rustix::fs::OFlags;
    use std::os::unix::fs::{FileTypeExt as _, OpenOptionsExt as _};
    let kind = about.file_type();
    if kind.is_block_device() {
        bail!("a block device, which is not written to");
    }
    if kind.is_socket() {
        bail!("a socket, which is not written to");
    }
    let flags = (OFlags::NONBLOCK | OFlags::NOCTTY).bits() as i32;
    let file = match fs::OpenOptions::new().write(true).custom_flags(flags).open(path) {
        Err(error)
            if kind.is_fifo() && error.raw_os_error() == Some(rustix::io::Errno::NXIO.raw_os_error()) =>
        {
            bail!("a pipe that nobody reads; start its reader first")
        }
        file => file?,
    };
    ensure!(Identity::of(&file.metadata()?) == Identity::of(about), "it was replaced meanwhile");
    let flags = rustix::fs::fcntl_getfl(&file).map_err(io::Error::from)?;
    rustix::fs::fcntl_setfl(&file, flags - OFlags::NONBLOCK).map_err(io::Error::from)?;
    Ok(file)
}

#[cfg(not(unix))]
fn open_stream(path: &Path, _about: &Metadata) -> anyhow::Result<File> {
    Ok(fs::OpenOptions::new().write(true).open(path)?)
}

/// Gives a new file the permissions of the one that it replaces, and its owner and group where the system lets us.
#[cfg(unix)]
pub fn keep_permissions(file: &File, replaced: &Metadata) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, fchown};
    let mode = replaced.mode() & 0o777;
    let new = file.metadata()?;
    let kept = (new.uid(), new.gid()) == (replaced.uid(), replaced.gid())
        || fchown(file, Some(replaced.uid()), Some(replaced.gid())).is_ok()
        || fchown(file, None, Some(replaced.gid())).is_ok();
    // What the old group was allowed is not for another.
    let mode = if kept { mode } else { mode & 0o707 };
    file.set_permissions(fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
pub fn keep_permissions(_file: &File, _replaced: &Metadata) -> io::Result<()> {
    Ok(())
}
