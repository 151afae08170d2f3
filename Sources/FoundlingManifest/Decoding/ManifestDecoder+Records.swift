import FoundlingCore

/// A source of records with the places of its claims.
struct RecordDraft {
    var source: RecordSource
    let position: Position
    var claims: [(rule: ClaimRule, position: Position)] = []
}

extension ManifestDecoder {
    func records(_ tree: Tree) -> [RecordDraft] {
        guard case .list(let items) = tree.value else {
            if case .refused = tree.value { return [] }
            mistakes.error("'records' must be a list, not \(tree.noun): begin each record with '-'", at: tree.position)
            return []
        }
        if items.isEmpty {
            mistakes.error("'records' is empty: without records every entry would be an orphan", at: tree.position)
        }
        return items.compactMap(record)
    }

    private func record(_ tree: Tree) -> RecordDraft? {
        guard let fields = Fields<RecordKey>(tree, mistakes) else { return nil }
        switch (fields[.table], fields[.query]) {
        case (let table?, nil): return tableRecord(fields, table)
        case (nil, let query?): return queryRecord(fields, query)
        case (nil, nil): mistakes.error("a record needs 'table' or 'query'", at: fields.position)
        case (_?, _?):
            mistakes.error("a record has 'table' or 'query', not both", at: fields.position(of: .query))
        }
        return nil
    }

    private func tableRecord(_ fields: Fields<RecordKey>, _ table: Tree) -> RecordDraft {
        let rows = rows(table)
        var draft = RecordDraft(
            source: RecordSource(rows: rows ?? .query(""), line: fields.position.line), position: fields.position)
        if let tree = fields.required(.claims) { draft.claims = claims(tree) }
        draft.source.claims = draft.claims.map(\.rule)
        draft.source.key = fields[.key].flatMap { text($0, "'key'") }
        draft.source.making = fields[.making].flatMap { sql($0, "'making'") }
        draft.source.released = fields[.released].flatMap { sql($0, "'released'") }
        draft.source.requires = fields[.requires].map(requires) ?? []
        draft.source.requiresWhen = fields[.requiresWhen].flatMap { sql($0, "'requires_when'") }
        draft.source.mayBeEmpty = fields[.mayBeEmpty].flatMap { bool($0, "'may_be_empty'") } ?? false
        draft.source.mayMeetNothing = fields[.mayMeetNothing].flatMap { bool($0, "'may_meet_nothing'") } ?? false
        if fields[.requires] != nil, fields[.key] == nil {
            mistakes.error(
                "'requires' needs 'key': a dangling record is named by it", at: fields.position(of: .requires))
        }
        if fields[.requiresWhen] != nil, fields[.requires] == nil {
            mistakes.error("'requires_when' without 'requires' says nothing", at: fields.position(of: .requiresWhen))
        }
        return draft
    }

    private func rows(_ table: Tree) -> RecordSource.Rows? {
        guard let text = text(table, "'table'") else { return nil }
        do {
            let name = try TableName(text)
            return .table(schema: name.schema, name: name.name)
        } catch {
            mistakes.error("table \(quoted(text)): \(error.reason)", at: table.position)
            return nil
        }
    }

    /// The columns of a query say all the rest.
    private func queryRecord(_ fields: Fields<RecordKey>, _ query: Tree) -> RecordDraft {
        for key in RecordKey.allCases where fields.keys.contains(key) && !RecordKey.withQuery.contains(key) {
            mistakes.error(
                "'\(key.rawValue)' does not go with 'query': \(Self.column(for: key))", at: fields.position(of: key))
        }
        let statement = sql(query, "'query'").map { text in
            // It is read as part of another statement.
            String(text.reversed().drop { $0 == ";" || $0.isWhitespace }.reversed())
        }
        var source = RecordSource(rows: .query(statement ?? ""), line: fields.position.line)
        source.mayBeEmpty = fields[.mayBeEmpty].flatMap { bool($0, "'may_be_empty'") } ?? false
        source.mayMeetNothing = fields[.mayMeetNothing].flatMap { bool($0, "'may_meet_nothing'") } ?? false
        return RecordDraft(source: source, position: fields.position)
    }

    private static func column(for key: RecordKey) -> String {
        switch key {
        case .claims: "its column 'path' is the claim"
        case .key: "select a column named 'key'"
        case .making: "select a column named 'making'"
        case .requires, .requiresWhen: "select a column named 'required'"
        default: "leave such rows out of the statement"
        }
    }
}
