import FoundlingCore

extension ManifestDecoder {
    /// One of `webhooks`, whose URL and secret never appear in a message; nil where nobody is to be told.
    func webhook(_ tree: Tree) -> Webhook? {
        guard let fields = Fields<WebhookKey>(tree, mistakes) else { return nil }
        let format = fields[.format].flatMap(format)
        let events = fields[.events].map(events) ?? []
        guard let tree = fields.required(.url), let url = url(tree) else { return nil }
        let secret = fields[.secret].flatMap(secret)
        return Webhook(url: url, format: format ?? .json, secret: secret, events: events)
    }

    private func url(_ tree: Tree) -> String? {
        // A manifest may name a webhook that only some machines have.
        if case .text(let text, _) = tree.value, variables.isOneUnsetVariable(text) { return nil }
        // `${SLACK_URL:-}` is how to say "where there is one".
        guard let url = expanded(tree, "'url'"), !url.isEmpty else { return nil }
        do {
            if try WebhookURL(url).isExposed {
                mistakes.warning(
                    "'url' of a webhook is plain http to another machine: whoever is on the way can read what is told, "
                        + "and the URL", at: tree.position)
            }
            return url
        } catch {
            mistakes.error("'url' of a webhook: \(error.reason)", at: tree.position)
            return nil
        }
    }

    private func secret(_ tree: Tree) -> String? {
        guard let secret = expanded(tree, "'secret'") else { return nil }
        guard !secret.isEmpty else {
            mistakes.error(
                "'secret' is empty once its variables are filled in: messages would not be signed", at: tree.position)
            return nil
        }
        return secret
    }

    private func format(_ tree: Tree) -> Webhook.Format? {
        guard let text = text(tree, "'format'") else { return nil }
        if let format = Webhook.Format(rawValue: text) { return format }
        let advice = NearestWord.advice(text, among: Webhook.Format.allCases.map(\.rawValue))
        mistakes.error("unknown format \(quoted(text))\(advice)", at: tree.position)
        return nil
    }

    private func events(_ tree: Tree) -> Set<NoticeKind> {
        let items = items(tree)
        if items.isEmpty { mistakes.error("'events' is empty: leave it out for all of them", at: tree.position) }
        return Set(
            items.compactMap { item in
                guard let text = text(item, "an event") else { return nil }
                if let event = NoticeKind(rawValue: text) { return event }
                let advice = NearestWord.advice(text, among: NoticeKind.allCases.map(\.rawValue))
                mistakes.error("unknown event \(quoted(text))\(advice)", at: item.position)
                return nil
            })
    }
}
