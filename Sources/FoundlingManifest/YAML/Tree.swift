/// A node of the manifest with its place: what is left of YAML once anchors, tags and duplicate keys are refused.
///
/// Scalars stay text. YAML 1.1 would read `no` as false and `0640` as 416; here the schema decides what a text means.
struct Tree {
    let position: Position
    let value: Value

    indirect enum Value {
        case text(String, isPlain: Bool)
        case list([Tree])
        case map([Entry])
        /// Reported already: whoever meets it stays silent.
        case refused
    }

    /// A key with its value, in the order of the file.
    struct Entry {
        let key: String
        let keyPosition: Position
        let value: Tree
    }

    static func refused(at position: Position) -> Tree { Tree(position: position, value: .refused) }

    /// `key:` with nothing behind it, or one of YAML's words for nothing.
    var isNothing: Bool {
        guard case .text(let text, isPlain: true) = value else { return false }
        return ["", "~", "null", "Null", "NULL"].contains(text)
    }

    /// As in "must be a list, not a text".
    var noun: String {
        switch value {
        case .text: "a text"
        case .list: "a list"
        case .map: "a mapping"
        case .refused: "nothing"
        }
    }
}
