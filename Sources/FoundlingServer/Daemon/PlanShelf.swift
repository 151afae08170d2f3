internal import FoundlingCore
internal import FoundlingPipeline
internal import Synchronization

/// Plans that were made here, until they expire: an hour, so that none needs to outlive the daemon.
final class PlanShelf: Sendable {
    struct Kept: Sendable {
        let plan: Plan
        let hash: String
        let notes: [String]
        /// The run that carried it out.
        var run: String?
        var isUnderWay = false
    }

    private let plans = Mutex<[Kept]>([])
    /// Plans that are kept, and items of all together but the newest: each item takes about 600 bytes.
    private static let most = (plans: 16, items: 200_000)

    func put(_ planned: Custody.Planned, notes: [String]) {
        plans.withLock { plans in
            plans.removeAll { $0.hash == planned.hash }
            plans.append(Kept(plan: planned.plan, hash: planned.hash, notes: notes))
            while plans.count > 1,
                plans.count > Self.most.plans || plans.reduce(0, { $0 + $1.plan.items.count }) > Self.most.items
            {
                guard let oldest = plans.dropLast().firstIndex(where: { !$0.isUnderWay }) else { return }
                plans.remove(at: oldest)
            }
        }
    }

    /// Newest first.
    var all: [Kept] { plans.withLock { $0.reversed() } }

    /// - Throws: `plan-invalid` where there is none with that hash.
    func plan(_ hash: String) throws(FoundlingError) -> Kept {
        guard let kept = plans.withLock({ $0.first { $0.hash == hash } }) else {
            throw FoundlingError(
                .notFound, "there is no plan \(hash) here", hint: "it expired, or was made elsewhere: make a new one")
        }
        return kept
    }

    /// - Throws: `plan-applied` where it is being carried out already.
    func begin(_ hash: String) throws(FoundlingError) {
        let isFree = plans.withLock { plans in
            guard let index = plans.firstIndex(where: { $0.hash == hash }), !plans[index].isUnderWay else {
                return false
            }
            plans[index].isUnderWay = true
            return true
        }
        guard !isFree else { return }
        throw FoundlingError(
            .planApplied, "this plan is being applied already", hint: "/api/v1/activities shows how far it has come")
    }

    /// Forgets a plan that nobody wants; one under way stays.
    func discard(_ hash: String) { plans.withLock { $0.removeAll { $0.hash == hash && !$0.isUnderWay } } }

    func end(_ hash: String, run: String?) {
        change(hash) { ($0.isUnderWay, $0.run) = (false, run) }
    }

    /// It was not carried out after all.
    func giveBack(_ hash: String) { change(hash) { $0.isUnderWay = false } }

    private func change(_ hash: String, _ body: (inout Kept) -> Void) {
        plans.withLock { plans in
            if let index = plans.firstIndex(where: { $0.hash == hash }) { body(&plans[index]) }
        }
    }
}
