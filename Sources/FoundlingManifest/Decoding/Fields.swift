/// The values of one mapping by the words of its vocabulary; everything else in it is reported on the way.
struct Fields<Key: ManifestVocabulary> {
    let position: Position
    private var values: [Key: Tree] = [:]
    private var positions: [Key: Position] = [:]
    private let mistakes: MistakeList

    /// nil where `tree` is no mapping at all.
    init?(_ tree: Tree, _ mistakes: MistakeList) {
        position = tree.position
        self.mistakes = mistakes
        guard case .map(let entries) = tree.value else {
            if case .refused = tree.value { return nil }
            mistakes.error("\(Key.level) must be a mapping of words to values, not \(tree.noun)", at: tree.position)
            return nil
        }
        var meant: Set<Key> = []
        for entry in entries {
            guard let key = Key(rawValue: entry.key) else {
                let advice = NearestWord.advice(entry.key, among: Key.words)
                mistakes.error("unknown word \(quoted(entry.key)) in \(Key.level)\(advice)", at: entry.keyPosition)
                NearestWord.to(entry.key, among: Key.words).flatMap(Key.init(rawValue:)).map { _ = meant.insert($0) }
                continue
            }
            positions[key] = entry.keyPosition
            if entry.value.isNothing {
                mistakes.error("'\(entry.key)' has no value: give it one or leave it out", at: entry.keyPosition)
                values[key] = .refused(at: entry.keyPosition)
            } else {
                values[key] = entry.value
            }
        }
        // A misspelt word is one mistake, not also a missing one.
        for key in meant where values[key] == nil { values[key] = .refused(at: tree.position) }
    }

    subscript(key: Key) -> Tree? { values[key] }

    /// Where the word itself stands.
    func position(of key: Key) -> Position { positions[key] ?? position }

    var keys: Set<Key> { Set(values.keys) }

    /// The value of `key`; its absence is a mistake.
    func required(_ key: Key) -> Tree? {
        if values[key] == nil { mistakes.error("\(Key.level) needs '\(key.rawValue)'", at: position) }
        return values[key]
    }
}
