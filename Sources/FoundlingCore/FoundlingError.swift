/// A reason Foundling stopped: what was seen, what to do next, and a code that scripts may match on.
///
/// Wording may improve between releases; codes never change their meaning.
package struct FoundlingError: Error, Equatable, Sendable {
    /// The stable name of a reason; `docs/reference/errors.md` lists each.
    package enum Code: String, CaseIterable, Sendable {
        case manifestMissing = "manifest-missing"
        case manifestInvalid = "manifest-invalid"
        case catalogMissing = "catalog-missing"
        case catalogUnreadable = "catalog-unreadable"
        case catalogLocked = "catalog-locked"
        case catalogCorrupt = "catalog-corrupt"
        case catalogUnreachable = "catalog-unreachable"
        case catalogDenied = "catalog-denied"
        case catalogInterrupted = "catalog-interrupted"
        case catalogReplica = "catalog-replica"
        case rowSecurity = "row-security"
        case tableMissing = "table-missing"
        case columnMissing = "column-missing"
        case sourceFailed = "source-failed"
        case sourceEmpty = "source-empty"
        case sourceMeetsNothing = "source-meets-nothing"
        case pathUndecodable = "path-undecodable"
        case storeMissing = "store-missing"
        case storeNotADirectory = "store-not-a-directory"
        case storeForbidden = "store-forbidden"
        case storeEmpty = "store-empty"
        case listingIncomplete = "listing-incomplete"
        case entryDisputed = "entry-disputed"
        case databaseChanged = "database-changed"
        case databaseWentBack = "database-went-back"
        case schemaChanged = "schema-changed"
        case storeChanged = "store-changed"
        case storeBusy = "store-busy"
        case approvalNeeded = "approval-needed"
        case approvalMismatch = "approval-mismatch"
        case confirmationNeeded = "confirmation-needed"
        case planInvalid = "plan-invalid"
        case planExpired = "plan-expired"
        case planStale = "plan-stale"
        case planApplied = "plan-applied"
        case runUnknown = "run-unknown"
        case receiptInvalid = "receipt-invalid"
        case quarantineUnusable = "quarantine-unusable"
        case ledgerCorrupt = "ledger-corrupt"
        case ledgerNewer = "ledger-newer"
        case ledgerMissing = "ledger-missing"
        case ledgerLost = "ledger-lost"
        case noSpace = "no-space"
        case databaseRefused = "database-refused"
        case writerElsewhere = "writer-elsewhere"
        case outboxMissing = "outbox-missing"
        case outboxForeign = "outbox-foreign"
        case triggersUnfit = "triggers-unfit"
        case recordUnknown = "record-unknown"
        case recordReferred = "record-referred"
        case taskUnknown = "task-unknown"
        case clocksApart = "clocks-apart"
        case nothingAccepted = "nothing-accepted"
        case leaseLost = "lease-lost"
        case unattendedForbidden = "unattended-forbidden"
        case demoForeignDirectory = "demo-foreign-directory"
        case drillImpossible = "drill-impossible"
        case historyUnusable = "history-unusable"
        case historyNewer = "history-newer"
        case stateUnusable = "state-unusable"
        case tokensInvalid = "tokens-invalid"
        case tokenExists = "token-exists"
        case requestInvalid = "request-invalid"
        case requestTimeout = "request-timeout"
        case notFound = "not-found"
        case methodNotAllowed = "method-not-allowed"
        case bodyTooLarge = "body-too-large"
        case mediaType = "media-type"
        case hostUnknown = "host-unknown"
        case tokenMissing = "token-missing"
        case tokenInvalid = "token-invalid"
        case tokenUnknown = "token-unknown"
        case roleInsufficient = "role-insufficient"
        case activityRunning = "activity-running"
        case tooMany = "too-many"
        case cursorInvalid = "cursor-invalid"
        case cursorStale = "cursor-stale"
        case addressUnusable = "address-unusable"
        case neverScanned = "never-scanned"
        case notReady = "not-ready"
        case usage = "usage"
        case system = "system"

        /// Whether the database could not be read.
        package var isOfCatalog: Bool {
            [
                .catalogMissing, .catalogUnreadable, .catalogLocked, .catalogCorrupt, .catalogUnreachable,
                .catalogDenied,
                .catalogInterrupted,
            ].contains(self)
        }

        /// What the process exits with when it stops for this reason.
        package var exit: ExitStatus {
            switch self {
            case .catalogMissing, .catalogUnreadable, .catalogLocked, .catalogCorrupt, .catalogUnreachable,
                .catalogDenied, .catalogInterrupted, .catalogReplica, .rowSecurity, .tableMissing, .columnMissing,
                .sourceFailed, .sourceEmpty, .sourceMeetsNothing, .pathUndecodable, .storeMissing,
                .storeNotADirectory, .storeForbidden, .storeEmpty, .listingIncomplete, .entryDisputed,
                .databaseChanged, .databaseWentBack, .schemaChanged, .storeChanged, .storeBusy, .approvalNeeded,
                .approvalMismatch, .confirmationNeeded, .quarantineUnusable, .ledgerLost, .noSpace,
                .recordReferred, .outboxForeign, .writerElsewhere, .nothingAccepted, .clocksApart, .leaseLost,
                .unattendedForbidden,
                .triggersUnfit, .stateUnusable:
                .refused
            case .manifestMissing, .manifestInvalid, .demoForeignDirectory, .drillImpossible, .system, .databaseRefused,
                .outboxMissing,
                .recordUnknown, .taskUnknown,
                .planInvalid, .runUnknown, .receiptInvalid, .ledgerCorrupt, .ledgerNewer,
                .ledgerMissing, .historyUnusable, .historyNewer, .tokensInvalid, .tokenExists, .requestInvalid,
                .requestTimeout, .notFound, .methodNotAllowed, .bodyTooLarge, .mediaType,
                .hostUnknown, .tokenMissing, .tokenInvalid, .tokenUnknown, .roleInsufficient, .activityRunning,
                .tooMany,
                .cursorInvalid, .addressUnusable, .neverScanned, .notReady:
                .error
            case .planExpired, .planStale, .planApplied, .cursorStale: .stale
            case .usage: .usage
            }
        }
    }

    package let code: Code
    /// What was seen and what it means, in one sentence.
    package let summary: String
    /// What to do next.
    package let hint: String
    /// Every single mistake, where there are several (a manifest reports all of its own at once).
    package let details: [String]

    /// The same with a word in it replaced: whoever throws may not know what a person typed.
    package func replacing(_ word: String, with other: String) -> FoundlingError {
        func replaced(_ text: String) -> String {
            text.split(separator: word, omittingEmptySubsequences: false).joined(separator: other)
        }
        return FoundlingError(code, replaced(summary), hint: replaced(hint), details: details.map(replaced))
    }

    /// The same with one more thing to do.
    package func adding(_ more: String) -> FoundlingError {
        FoundlingError(code, summary, hint: hint.isEmpty ? more : "\(hint); \(more)", details: details)
    }

    package init(_ code: Code, _ summary: String, hint: String, details: [String] = []) {
        self.code = code
        self.summary = summary
        self.hint = hint
        self.details = details
    }
}
