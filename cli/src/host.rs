//! What the command's host is like: natively the system, in WASI what Node tells by the environment.

#[cfg(not(target_family = "wasm"))]
pub(crate) use native::{columns, enter_folder, set_permissions};
#[cfg(target_family = "wasm")]
pub(crate) use wasi::{columns, enter_folder, set_permissions};

#[cfg(not(target_family = "wasm"))]
mod native {
    use std::fs::{File, Permissions};
    #[cfg(unix)]
    use std::os::fd::AsFd as AsTerminal;
    #[cfg(windows)]
    use std::os::windows::io::AsHandle as AsTerminal;

    use terminal_size::terminal_size_of;

    /// How wide a stream's terminal is.
    pub(crate) fn columns(stream: impl AsTerminal) -> Option<u16> {
        terminal_size_of(stream).map(|(columns, _)| columns.0)
    }

    /// The process is in its folder from the beginning.
    pub(crate) fn enter_folder() -> std::io::Result<()> {
        Ok(())
    }

    pub(crate) fn set_permissions(file: &File, permissions: Permissions) -> std::io::Result<()> {
        file.set_permissions(permissions)
    }
}

#[cfg(target_family = "wasm")]
mod wasi {
    use std::env;
    use std::fs::{File, Permissions};

    /// How wide a stream's terminal is: WASI can't ask, so Node says.
    pub(crate) fn columns<S>(_: S) -> Option<u16> {
        env::var("COLUMNS").ok()?.parse().ok()
    }

    /// WASI has no working folder. Its library joins relative paths to one that was set.
    pub(crate) fn enter_folder() -> std::io::Result<()> {
        env::var_os("PWD").map_or(Ok(()), env::set_current_dir)
    }

    /// WASI knows of no permissions: a file has those of a new one.
    #[expect(clippy::unnecessary_wraps, reason = "natively it can fail")]
    pub(crate) fn set_permissions(_: &File, _: Permissions) -> std::io::Result<()> {
        Ok(())
    }
}
