internal import FoundlingCore
internal import FoundlingReport

extension NoticeKind {
    /// The page where something can be done about it; nil where none helps.
    var link: (name: String, place: PageFrame.Place)? {
        switch self {
        case .orphansOverLimit, .diskFullSoon: ("Look at the orphans", .orphans)
        case .quarantineHit: ("Look at the runs", .runs)
        case .deadLetters, .heldQueue: ("Look at the tasks", .tasks)
        case .purgeDue: ("Look at the quarantine", .quarantine)
        case .guardTripped, .jobFailed, .storeDown, .databaseDown, .manifestRefused, .workerAbsent, .triggerMissing,
            .scanOverdue:
            ("Look at what is amiss", .health)
        case .nearMisses: nil
        }
    }
}
