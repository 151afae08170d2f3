/// A limit that a plan goes over, and may only with a person's approval of exactly that plan.
package struct GuardTrip: Sendable, Codable, Equatable {
    /// What is limited.
    package enum Measure: String, Sendable, Codable, CaseIterable {
        /// Entries of a resource that would go, recent runs included.
        case entries
        /// Their bytes.
        case bytes
        /// Rows that a source lost since the last plan.
        case rows
    }

    package var measure: Measure
    /// A resource, or for rows a source.
    package var subject: String
    /// The share that would go or is gone, 0 to 1, and the share that the manifest allows.
    package var share: Double
    package var limit: Double
    package var part: UInt64
    package var whole: UInt64

    package init(_ measure: Measure, of subject: String, limit: Double, part: UInt64, whole: UInt64) {
        self.measure = measure
        self.subject = subject
        self.limit = limit
        self.part = part
        self.whole = whole
        share = whole > 0 ? Double(part) / Double(whole) : 0
    }

    package var isOverLimit: Bool { share > limit }
}

extension GuardTrip {
    /// `trainings: 44 of 45 entries would go (98%), max_orphans allows 20%`.
    package var sentence: String {
        let percent = Self.whole((share * 100).rounded(.up))
        let allowed = Self.whole((limit * 100).rounded())
        return switch measure {
        case .entries:
            "\(subject): \(part) of \(whole) entries would go, recent runs included (\(percent)%; max_orphans allows \(allowed)%)"
        case .bytes: "\(subject): \(percent)% of its bytes would go (max_bytes allows \(allowed)%)"
        case .rows:
            "\(subject) lost \(part) of \(whole) rows since the last plan (\(percent)%; max_orphans allows \(allowed)%)"
        }
    }

    /// A plan is a file, and a share in it any number.
    private static func whole(_ percent: Double) -> Int { Int(min(max(percent, 0), 1_000_000)) }
}
