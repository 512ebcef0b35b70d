//! What an export may hold at most.

/// Bounds on one export; everything beyond is refused before anything is written.
///
/// The defaults stand well above what Trello itself allows (950 labels a board, 16,384 characters
/// a text) and keep the reader's memory under 60 MB.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Bytes of the whole file.
    pub file_bytes: u64,
    /// Bytes of one string as written in the file, escapes included.
    pub string_bytes: u32,
    /// Levels of lists and objects inside one another.
    pub depth: u32,
    /// Bytes kept in memory of one card, checklist or action (what is not read costs nothing).
    pub element_bytes: usize,
    /// Source bytes of the elements of one chunk; one element always fits.
    pub chunk_bytes: u64,
    /// Characters of a description, comment or checklist entry; longer ones are refused.
    pub text_chars: usize,
    /// Characters of a title or name; longer ones are cut, a card's in full goes on top of its
    /// description.
    pub name_chars: usize,
    /// Characters of a link; longer ones are left out.
    pub link_chars: usize,
    pub lists: u32,
    pub labels: u32,
    /// Members of the board and people whom only its history names.
    pub people: u32,
    pub cards: u32,
    pub checklists: u32,
    /// Entries of all checklists together.
    pub entries: u32,
    pub actions: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            file_bytes: 256 * 1024 * 1024,
            string_bytes: 1024 * 1024,
            depth: 64,
            element_bytes: 8 * 1024 * 1024,
            chunk_bytes: 4 * 1024 * 1024,
            text_chars: 65_536,
            name_chars: 500,
            link_chars: 4_096,
            lists: 5_000,
            labels: 5_000,
            people: 20_000,
            cards: 200_000,
            checklists: 200_000,
            entries: 500_000,
            actions: 500_000,
        }
    }
}
