//! Which characters a terminal obeys rather than shows.

/// Whether a terminal could be steered, or its reader deceived, by this character: control characters (C0, DEL and C1),
/// and invisible ones that join, split or turn the direction of text. What comes from a service, a file or a directory
/// may hold them: show them as escapes; each fits one `\u` escape of JSON.
///
/// ```
/// assert!(graph_invalidate::can_steer_a_terminal('\u{9b}'));
/// assert!(!graph_invalidate::can_steer_a_terminal('é'));
/// ```
pub fn can_steer_a_terminal(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}
