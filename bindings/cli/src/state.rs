//! Where it is remembered what was opened before.

use std::env;
use std::path::PathBuf;

use unmarked::sealed::StateFolder;

/// In `$XDG_STATE_HOME/unmarked`, or `~/.local/state/unmarked` (XDG Base Directory).
pub(crate) fn of_person() -> StateFolder {
    let absolute = |name| env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let home = || absolute("HOME").map(|home| home.join(".local/state"));
    let folder = absolute("XDG_STATE_HOME").or_else(home);
    folder.map_or_else(StateFolder::nowhere, |folder| StateFolder::at(folder.join("unmarked")))
}
