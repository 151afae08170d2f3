import FoundlingCore

extension ManifestDecoder {
    /// `safety:`, whose keys each override one of `base`.
    func safety(_ tree: Tree, over base: Safety) -> Safety {
        guard let fields = Fields<SafetyKey>(tree, mistakes) else { return base }
        var safety = base
        if let minAge = quantity(fields, .minAge, Quantity.duration) {
            safety.minAge = minAge
            if minAge == 0 {
                warn(
                    fields, .minAge,
                    "a file is judged at once, even while the record that claims it is still being written")
            }
        }
        if let retention = quantity(fields, .retention, Quantity.duration) {
            safety.retention = retention
            if retention == 0 {
                warn(fields, .retention, "what was moved aside may be purged at once, with no time left to miss it")
            }
        }
        if let share = quantity(fields, .maxOrphans, Quantity.share) { safety.maxOrphans = share }
        if let share = quantity(fields, .maxBytes, Quantity.share) { safety.maxBytes = share }
        if let allowed = fields[.unattended].flatMap({ bool($0, "'unattended'") }) { safety.unattended = allowed }
        return safety
    }

    private func warn(_ fields: Fields<SafetyKey>, _ key: SafetyKey, _ message: String) {
        mistakes.warning("\(key.rawValue) is 0: \(message)", at: fields.position(of: key))
    }

    /// A value of one of `Quantity`'s kinds; nil where the word is not there, or its value is none.
    func quantity<Key: ManifestVocabulary, Value>(
        _ fields: Fields<Key>, _ key: Key, _ read: (String) throws(Quantity.Invalid) -> Value
    ) -> Value? {
        guard let tree = fields[key], let text = text(tree, "'\(key.rawValue)'") else { return nil }
        do {
            return try read(text)
        } catch {
            mistakes.error("'\(key.rawValue)': \(error.reason)", at: tree.position)
            return nil
        }
    }
}
