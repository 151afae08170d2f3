/// What the holder of a token may do; each role may all that those before it may.
package enum Role: String, CaseIterable, Codable, Sendable, Comparable {
    /// Sees everything, and changes nothing.
    case viewer
    /// Changes things, too.
    case `operator`

    private var rank: Int { self == .viewer ? 0 : 1 }

    package static func < (a: Role, b: Role) -> Bool { a.rank < b.rank }
}
