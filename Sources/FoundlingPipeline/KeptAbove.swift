internal import FoundlingCore
internal import FoundlingStore

/// Directories above entries in which a `.foundling-keep` lies: it keeps everything below. Each is looked at once.
final class KeptAbove {
    private let store: LocalStore
    private var known: [StorePath: StorePath?] = [:]

    init(_ store: LocalStore) { self.store = store }

    /// Why an entry is kept by what holds it; nil where nothing does.
    func note(above path: StorePath) -> String? {
        keeper(path.parent).map { above in
            above.bytes.isEmpty
                ? "the store's root holds a .foundling-keep" : "'\(above)' above it holds a .foundling-keep"
        }
    }

    private func keeper(_ directory: StorePath) -> StorePath? {
        if let answer = known[directory] { return answer }
        let answer =
            store.isPinned(directory, .directory)
            ? directory : directory.bytes.isEmpty ? nil : keeper(directory.parent)
        known[directory] = .some(answer)
        return answer
    }
}
