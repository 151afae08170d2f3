internal import FoundlingCore

/// Follows links in a drawn world as a kernel would; what is not there is spelt on as it stands.
package struct MemoryLinks {
    private let tree: [[UInt8]: DrawnWorld.Thing]
    private let root: [[UInt8]]

    package init(_ tree: [[UInt8]: DrawnWorld.Thing], root: String) {
        self.tree = tree
        self.root = Spelling(Array(root.utf8)).parts
    }

    /// - Parameter path: parts below the root.
    /// - Returns: the parts below the root that it leads to; nil where it leads out of it.
    package func real(_ path: [[UInt8]]) -> [[UInt8]]? {
        var waiting = Array((root + path).reversed())
        var at: [[UInt8]] = []
        var links = 0
        while let part = waiting.popLast() {
            if part == [0x2E] { continue }
            if part == [0x2E, 0x2E] {
                _ = at.popLast()
                continue
            }
            at.append(part)
            guard at.starts(with: root), links < 40,
                let thing = tree[Array(at.dropFirst(root.count).joined(separator: [0x2F]))], thing.kind == .symlink,
                let target = thing.target
            else { continue }
            links += 1
            if target.bytes.first == 0x2F { at = [] } else { at.removeLast() }
            waiting += target.parts.reversed()
        }
        return at.starts(with: root) ? Array(at.dropFirst(root.count)) : nil
    }
}
