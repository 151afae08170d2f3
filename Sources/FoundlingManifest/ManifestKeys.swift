package import FoundlingCore

/// One level of the manifest's vocabulary: the words it knows there, and what to call the level in a message.
///
/// These enums are the only list of keys. The decoder accepts exactly them, and a test holds
/// `docs/reference/manifest.schema.json` to the same.
package protocol ManifestVocabulary: RawRepresentable<String>, CaseIterable, Hashable, Sendable {
    /// As in "unknown word 'x' in a record".
    static var level: String { get }
}

extension ManifestVocabulary {
    package static var words: [String] { allCases.map(\.rawValue) }
}

/// The words at the top of the file.
package enum ManifestKey: String, ManifestVocabulary {
    case database, store, safety, resources, serve
    package static let level = "the manifest"
}

/// The words of `database`.
package enum DatabaseKey: String, ManifestVocabulary {
    case url, writer
    case passwordFile = "password_file"
    case outbox
    package static let level = "'database'"
}

/// The words of `store`.
package enum StoreKey: String, ManifestVocabulary {
    case root, aliases, quarantine, ignore, state
    case singleWriter = "single_writer"
    package static let level = "'store'"
}

/// The words of `safety`, for the whole manifest or for one resource.
package enum SafetyKey: String, ManifestVocabulary {
    case minAge = "min_age"
    case retention
    case maxOrphans = "max_orphans"
    case maxBytes = "max_bytes"
    case unattended
    package static let level = "'safety'"
}

/// The words of `serve`.
package enum ServeKey: String, ManifestVocabulary {
    case state, listen, anonymous, hosts
    case timeZone = "time_zone"
    case schedules, warn, webhooks
    package static let level = "'serve'"
}

extension ScheduledJob: ManifestVocabulary {
    package static let level = "'schedules'"
}

/// The words of one job's schedule.
package enum ScheduleKey: String, ManifestVocabulary {
    case cron, jitter, blackout
    package static let level = "a schedule"
}

/// The words of `warn`.
package enum WarnKey: String, ManifestVocabulary {
    case orphans
    case diskFullIn = "disk_full_in"
    case diskUsed = "disk_used"
    package static let level = "'warn'"
}

/// The words of one webhook.
package enum WebhookKey: String, ManifestVocabulary {
    case url, format, secret, events
    package static let level = "a webhook"
}

/// The words of one resource.
package enum ResourceKey: String, ManifestVocabulary {
    case entries, within, shape, kind, except, safety, records
    package static let level = "a resource"
}

/// The words of one record.
package enum RecordKey: String, ManifestVocabulary {
    case table, query, key, claims, making, released, requires
    case requiresWhen = "requires_when"
    case mayBeEmpty = "may_be_empty"
    case mayMeetNothing = "may_meet_nothing"
    package static let level = "a record"

    /// What goes with `query`, whose columns say the rest.
    package static let withQuery: Set<RecordKey> = [.query, .mayBeEmpty, .mayMeetNothing]
}

/// The words of a claim that is no template.
package enum ExpressionKey: String, ManifestVocabulary {
    case sql
    package static let level = "an expression"
}
