/// What a drill came to.
package struct DrillResult: Sendable {
    /// One case of one incident.
    package struct Case: Sendable {
        /// How it ended.
        package enum Outcome: String, Sendable { case passed, failed, skipped }

        package let incident: Incident
        /// What must hold, as a sentence.
        package let claim: String
        package var outcome: Outcome
        /// What was seen instead, or why it could not be tried here.
        package var reason: String?
        /// The sandbox, where it was kept.
        package var sandbox: String?

        package init(
            _ incident: Incident, _ claim: String, _ outcome: Outcome, reason: String? = nil, sandbox: String? = nil
        ) {
            self.incident = incident
            self.claim = claim
            self.outcome = outcome
            self.reason = reason
            self.sandbox = sandbox
        }
    }

    package var cases: [Case]
    /// Resources that took part.
    package var resources: [String]
    /// Resources that could not, and why.
    package var leftOut: [(resource: String, reason: String)]
    /// Programs that were run.
    package var commands: Int

    package init(cases: [Case], resources: [String], leftOut: [(resource: String, reason: String)], commands: Int) {
        self.cases = cases
        self.resources = resources
        self.leftOut = leftOut
        self.commands = commands
    }

    package func count(_ outcome: Case.Outcome) -> Int { cases.count { $0.outcome == outcome } }
}
