//! What a photo or a key leaves in the memory of this process stays there, and goes with it.

use rustix::process::{Resource, Rlimit, setrlimit};
use zeroizing_alloc::ZeroAlloc;

/// Wipes what is given back: also what libraries hold (keys that `ring` has set up, pictures that were
/// decoded).
#[global_allocator]
static WIPING: ZeroAlloc<std::alloc::System> = ZeroAlloc(std::alloc::System);

/// From now on a crash leaves no picture of the memory on a disk, and other programs of the same person
/// cannot read it. A system that knows no such thing is no reason to stop.
pub(crate) fn keep_memory_private() {
    let none = Rlimit { current: Some(0), maximum: Some(0) };
    let _ = setrlimit(Resource::Core, none);
    // with it also a program that takes the pictures for the system (core_pattern) gets none
    #[cfg(target_os = "linux")]
    {
        use rustix::process::{DumpableBehavior, set_dumpable_behavior};
        let _ = set_dumpable_behavior(DumpableBehavior::NotDumpable);
    }
}
