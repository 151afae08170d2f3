/// What deleting one record came to, or would.
package struct DeletionOutcome: Sendable {
    package var resource: String
    package var key: String
    package var isRehearsal: Bool
    /// Rows that go, by table: its own first, then those that the database's cascades take along.
    package var rows: [(table: String, count: Int)] = []
    /// What they claim, by resource.
    package var paths: [(resource: String, path: [UInt8])] = []
    /// Whether triggers note what goes; else this command does.
    package var hasTriggers = false
    /// Tasks in the outbox because of it.
    package var tasks = 0

    package init(resource: String, key: String, isRehearsal: Bool) {
        self.resource = resource
        self.key = key
        self.isRehearsal = isRehearsal
    }
}
