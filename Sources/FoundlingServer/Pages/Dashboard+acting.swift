internal import FoundlingCore
internal import FoundlingHistory
internal import FoundlingPipeline
internal import FoundlingReport
internal import HTTPTypes

/// What the forms of the dashboard do: the same as the API, asked the same questions by the same guards.
extension Dashboard {
    /// Carries out a form; nil where there is none at that path.
    func act(_ visit: Visit) async throws -> Reply? {
        switch visit.path {
        case "/session": return try signIn(visit)
        case "/session/end":
            sessions.end(visit.cookie)
            return seeOther("/", cookie: "")
        case "/scan":
            return watch(try works.scan(by: visit.reason(), trigger: .person), from: "/")
        case "/plan": return try makePlan(visit, paths: [])
        case "/orphans/act": return try await actOnOrphans(visit)
        case "/plan/apply": return try await applyPlan(visit)
        case "/plan/discard":
            if let hash = visit.form["hash"] { api.plans.discard(hash) }
            return seeOther("/plan")
        case "/runs/restore": return try await restore(visit)
        case "/runs/purge": return try await purge(visit)
        case "/quarantine/purge":
            guard visit.form["confirm"] == "due" else { throw Self.unconfirmed("tick the box that says so") }
            return watch(try works.purge(.due(run: nil), reason: visit.reason()), from: "/quarantine")
        case "/tasks/retry": return try await order(.retry, visit)
        case "/tasks/drop": return try await order(.drop, visit)
        case "/tasks/approve": return try await order(.approve, visit)
        default: return nil
        }
    }

    private var works: Works { api.works }

    /// The page to load after a form, so that loading it again sends nothing again.
    func seeOther(_ path: String, cookie: String? = nil, isSecure: Bool = false) -> Reply {
        var reply = Reply(status: .seeOther, type: nil, body: .none)
        reply.fields[.location] = path
        if let cookie {
            let age = cookie.isEmpty ? "; Max-Age=0" : ""
            reply.fields[.setCookie] =
                "\(Sessions.cookie)=\(cookie); Path=/; HttpOnly; SameSite=Strict\(age)\(isSecure ? "; Secure" : "")"
        }
        return reply
    }

    private func watch(_ activity: Activity, from path: String) -> Reply {
        seeOther(link(path, [("activity", activity.id)]))
    }

    private static func unconfirmed(_ what: String) -> FoundlingError {
        FoundlingError(.confirmationNeeded, "that was not confirmed: nothing was done", hint: "go back and \(what)")
    }

    // MARK: Signing in

    private func signIn(_ visit: Visit) throws -> Reply {
        let next = Self.ours(visit.form["next"])
        switch tokens.authenticate(visit.form["token"] ?? "", now: now) {
        case .valid(let token):
            let name = sessions.begin(token, now: now)
            return seeOther(next, cookie: name, isSecure: visit.isSecure)
        case .expired:
            return login(visit, next: next, mistake: "this token has expired; foundling token create makes another one")
        case .unknown: return login(visit, next: next, mistake: "this token is not known, or was revoked")
        }
    }

    func login(_ visit: Visit, next: String, mistake: String? = nil) -> Reply {
        let frame = PageFrame(nil, title: "Sign in", store: nil, banners: [], mayAct: false, isLogin: true, now: now)
        return html(
            LoginPage(mistake: mistake, next: next).html(frame, templates), mistake == nil ? .ok : .unauthorized)
    }

    /// A path of ours: a link may name any page to go on to, and must not lead away from here.
    static func ours(_ path: String?) -> String {
        guard let path, path.hasPrefix("/"), !path.hasPrefix("//"), !path.contains("\\"),
            path.unicodeScalars.allSatisfy({ $0.value > 0x20 && $0.value < 0x7F })
        else { return "/" }
        return path
    }

    // MARK: Plans

    private func makePlan(_ visit: Visit, paths: Set<StorePath>) throws -> Reply {
        let only = visit.form["only"]
        if let only, site.manifest.index(of: only) == nil {
            throw FoundlingError(
                .requestInvalid, "there is no resource '\(Printable.escape(only))'", hint: "choose another one")
        }
        let activity = try works.plan(only: only.map { [$0] } ?? [], paths: paths, by: visit.reason())
        return watch(activity, from: "/plan")
    }

    private func actOnOrphans(_ visit: Visit) async throws -> Reply {
        let texts = visit.form.all("path")
        guard !texts.isEmpty else {
            throw FoundlingError(.requestInvalid, "nothing was chosen", hint: "tick the boxes of those that you mean")
        }
        var paths: Set<StorePath> = []
        for text in texts { paths.insert(try API.storePath(text, "path")) }
        guard visit.form["act"] == "pin" else { return try makePlan(visit, paths: paths) }
        let (manifest, reason, why) = (site.manifest, visit.reason(), visit.form["why"])
        let (who, wanted) = (visit.session.map { "token '\($0.token.name)'" }, paths)
        try await api.reading {
            let custody = try Custody(manifest, reason: reason)
            for path in wanted { _ = try custody.pin(path, why: why, until: nil, who: who) }
        }
        // The list is of before: a scan leaves out what is kept.
        guard let activity = try? works.scan(by: "after keeping some", trigger: .person) else {
            return seeOther("/orphans")
        }
        return watch(activity, from: "/orphans")
    }

    private func applyPlan(_ visit: Visit) async throws -> Reply {
        guard let hash = visit.form["hash"] else { throw Self.unconfirmed("load the page again") }
        let kept = try api.plans.plan(hash)
        var approval: String?
        if !kept.plan.trips.isEmpty {
            guard visit.form["entries"]?.filter({ $0 != "," && $0 != " " }) == String(kept.plan.items.count) else {
                throw FoundlingError(
                    .approvalNeeded,
                    "the plan goes over a limit, and what was typed is not how many entries it moves: nothing was moved",
                    hint: "the number stands at the top of the plan", details: kept.plan.trips.map(\.sentence))
            }
            approval = hash
        }
        let (works, reason, approved) = (works, visit.reason(), approval)
        let activity = try await api.reading { try works.apply(hash, approval: approved, reason: reason) }
        return watch(activity, from: "/runs")
    }

    // MARK: Runs

    private func known(_ run: String?) async throws -> String {
        let (ledger, manifest) = (api.ledger, site.manifest)
        guard let run, try await api.reading({ try ledger.history(manifest).runs.contains { $0.run == run } }) else {
            throw FoundlingError(
                .runUnknown, "the ledger has no run '\(Printable.escape(run ?? ""))'",
                hint: "the list of runs has them all")
        }
        return run
    }

    private func restore(_ visit: Visit) async throws -> Reply {
        let run = try await known(visit.form["run"])
        let items = Set(visit.form.all("item").compactMap { Int($0) })
        return watch(try works.restore(run, items: items, paths: [], reason: visit.reason()), from: "/runs")
    }

    private func purge(_ visit: Visit) async throws -> Reply {
        let run = try await known(visit.form["run"])
        guard visit.form["confirm"] == run else {
            throw Self.unconfirmed("type the run's name: it is removed for good")
        }
        return watch(try works.purge(.whole(run: run), reason: visit.reason()), from: "/quarantine")
    }

    // MARK: Tasks

    private func order(_ order: TaskOrder, _ visit: Visit) async throws -> Reply {
        let (manifest, id, count) = (site.manifest, visit.form["id"], visit.form["count"])
        let who = visit.session.map { "token '\($0.token.name)' from \(visit.from)" } ?? visit.from
        let changed = try await api.asking { () throws -> Int in
            if id == nil {
                // Without an id every task that the order fits is meant: never by a field that was lost.
                guard order == .retry || order == .approve else { throw Self.unconfirmed("choose a task") }
                if order == .approve {
                    let held = try Prevention.status(of: manifest)?.counts[.held] ?? 0
                    guard count.flatMap({ Int($0.filter { $0 != "," }) }) == held, held > 0 else {
                        throw Self.unconfirmed("type how many tasks are held: \(held) by now")
                    }
                }
            }
            let changed = try Prevention.order(order, id.map { [$0] } ?? [], resource: nil, who: who, manifest)
            guard changed > 0 else {
                throw FoundlingError(
                    .notFound, "no task is in that state any more: nothing was done",
                    hint: "load Tasks again: a worker, or somebody else, was faster")
            }
            return changed
        }
        api.bell.ring()
        return seeOther(link("/tasks", [("did", order.rawValue), ("count", String(changed))]))
    }
}
