package import FoundlingCore

/// Whether everything that the daemon depends on is well, and what it rests on.
package struct HealthPage: Sendable {
    /// One thing that was looked at.
    package struct Check: Sendable {
        let name: String
        let word: String
        let tone: String
        let detail: [QuotedText]
        let hint: [QuotedText]
        let hasHint: Bool

        /// - Parameter hint: what to do about it.
        package init(_ name: String, isGood: Bool, _ detail: String, hint: String = "") {
            self.name = name
            word = isGood ? "good" : "needs a look"
            tone = isGood ? "ready" : "alarm"
            self.detail = QuotedText.parts(Sentence.safe(detail))
            self.hint = QuotedText.parts(Sentence.safe(hint))
            hasHint = !hint.isEmpty
        }

        /// For what an error keeps from working.
        package init(_ name: String, _ error: FoundlingError?, whenGood: String) {
            self.init(name, isGood: error == nil, error?.summary ?? whenGood, hint: error?.hint ?? "")
        }
    }

    /// One job of the clock.
    package struct Job: Sendable {
        let name: String
        let cron: String
        let next: Moment?
        let outcome: String
        let last: Moment?
        let note: String?
        let tone: String

        /// - Parameters:
        ///   - outcome: in one word.
        ///   - last: when it was last begun.
        ///   - note: what there is to say of that.
        package init(
            name: String, cron: String?, next: Int64?, outcome: String, last: Int64?, note: String, isGood: Bool,
            now: Int64
        ) {
            self.name = name
            self.cron = cron ?? "off"
            self.next = next.map { Moment(next: $0, now: now) }
            self.outcome = outcome
            self.last = last.map { Moment(past: $0, now: now) }
            self.note = note.isEmpty ? nil : Sentence.safe(note)
            tone = isGood ? "plain" : "alarm"
        }
    }

    /// A trigger in the database.
    package struct Trigger: Sendable {
        let table: String
        let event: String
        let state: String
        let tone: String

        package init(_ trigger: TriggerReport.Trigger) {
            table = Printable.escape(trigger.table)
            event = trigger.event
            state = trigger.state.rawValue
            tone = trigger.state.isGood ? "ready" : "alarm"
        }
    }

    /// A name and what stands under it.
    package struct Pair: Sendable {
        let name: String
        let value: String

        package init(_ name: String, _ value: String) {
            self.name = name
            self.value = Printable.escape(value)
        }
    }

    let checks: [Check]
    let jobs: [Job]
    let triggers: [Trigger]
    let hasTriggers: Bool
    let workers: [String]
    let hasWorkers: Bool
    let identities: [Pair]
    let certificate: [Pair]
    let hasCertificate: Bool
    let version: String

    /// - Parameters:
    ///   - identities: which database and store were accepted; empty before that.
    ///   - certificate: what the last scan read.
    package init(
        checks: [Check], jobs: [Job], triggers: [Trigger], workers: [String], identities: [Pair], certificate: [Pair],
        version: String
    ) {
        self.checks = checks
        self.jobs = jobs
        self.triggers = triggers
        hasTriggers = !triggers.isEmpty
        self.workers = workers
        hasWorkers = !workers.isEmpty
        self.identities = identities
        self.certificate = certificate
        hasCertificate = !certificate.isEmpty
        self.version = version
    }

    package func html(_ frame: PageFrame, _ templates: Templates) -> String {
        templates.render(FramedPage(frame, self), .healthPage)
    }
}
