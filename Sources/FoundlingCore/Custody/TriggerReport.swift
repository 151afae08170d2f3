/// What is known of the triggers in a database.
package struct TriggerReport: Sendable {
    /// How a trigger was found.
    package enum State: String, Sendable, CaseIterable {
        /// A canary's deletion was noted.
        case proven
        /// It is there and enabled; no canary could be made.
        case unproven
        /// It is there, and a canary's deletion was not noted.
        case silent
        case disabled, missing
        /// Its statements do not compile: it was not, or cannot be, made.
        case unfit

        package var isGood: Bool { self == .proven || self == .unproven }
    }

    /// One trigger that the manifest asks for.
    package struct Trigger: Sendable {
        /// The resource whose claims it notes; nil where there are several.
        package var resource: String?
        package var table: String
        package var event: String
        package var name: String
        package var state: State
        /// Why it is in that state; nil where there is nothing to say.
        package var reason: String?

        package init(resource: String?, table: String, event: String, name: String, state: State, reason: String? = nil)
        {
            self.resource = resource
            self.table = table
            self.event = event
            self.name = name
            self.state = state
            self.reason = reason
        }
    }

    package var database: String
    package var triggers: [Trigger] = []
    /// What no trigger can see here: table and reason.
    package var blindSpots: [(table: String, reason: String)] = []
    /// Triggers of ours that the manifest does not ask for any more.
    package var stale: [String] = []
    /// What was done, in sentences.
    package var notes: [String] = []
    /// Whether the outbox's tables are there, and of the version that this release knows.
    package var hasOutbox = false

    package init(database: String) { self.database = database }

    package var isWhole: Bool { hasOutbox && stale.isEmpty && triggers.allSatisfy(\.state.isGood) }

    package var exit: ExitStatus { isWhole ? .clean : .partial }
}
