//! An emulator that stands behind its own proxy, in the clouds' own names.

use graph_invalidate_emulator::Emulator;

pub struct Situation {
    pub emulator: Emulator,
    /// The file with the authority that vouches for its certificates.
    pub authority: tempfile::NamedTempFile,
}

impl Situation {
    pub fn new() -> Situation {
        let emulator = Emulator::builder().proxy(true).start().unwrap();
        let authority = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(authority.path(), emulator.authority().unwrap()).unwrap();
        Situation {
            emulator,
            authority,
        }
    }
}
