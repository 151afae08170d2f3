extension DiskRecord {
    /// One thing that may reach the disk or not, whatever became of the one before it.
    enum Change {
        case make(Node, in: Node, name: String, isDirectory: Bool, mode: Int)
        case rename(Node, from: Node, name: String, to: Node, target: String)
        case remove(Node, from: Node, name: String)
        case write(Node, offset: Int, bytes: [UInt8])
        case resize(Node, size: Int, onlyGrows: Bool)
        case mode(Node, Int)

        var node: Node {
            switch self {
            case .make(let node, _, _, _, _), .rename(let node, _, _, _, _), .remove(let node, _, _),
                .write(let node, _, _), .resize(let node, _, _), .mode(let node, _):
                node
            }
        }

        /// What must be synced before it is sure to be on the disk.
        var concerned: Set<Node> {
            switch self {
            case .make(_, let directory, _, _, _), .remove(_, let directory, _): [directory]
            case .rename(_, let from, _, let to, _): [from, to]
            case .write(let node, _, _), .resize(let node, _, _), .mode(let node, _): [node]
            }
        }
    }

    enum Event {
        case change(Int)
        /// A sync of a node, nil for all of them: it covers changes below `before`, and attributes unless only data.
        case sync(Node?, before: Int, isDataOnly: Bool)
        /// The last command told its caller something.
        case said(String)
    }
}
