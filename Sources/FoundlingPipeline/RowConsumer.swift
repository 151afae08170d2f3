internal import FoundlingCore
internal import FoundlingStore

/// Lets one thread read rows while another reconciles them; batches go over and come back empty.
///
/// Nothing else touches what `consume` touches until ``finish()`` has returned.
struct RowConsumer: ~Copyable {
    private let full = Handoff<ClaimBatch>(limit: 3)
    private let empty = Handoff<ClaimBatch>(limit: 4)
    private var thread: WorkerThread?
    private var batch = ClaimBatch()
    private let consume: @Sendable (ClaimBatch) -> Void

    init(_ consume: @escaping @Sendable (ClaimBatch) -> Void) {
        self.consume = consume
        for _ in 0..<3 { empty.give(ClaimBatch()) }
        let (full, empty) = (full, empty)
        thread = WorkerThread {
            while let batch = full.take() {
                consume(batch)
                batch.clear()
                empty.give(batch)
            }
        }
    }

    /// The row to fill next; ``commit()`` sends it on its way.
    var next: ClaimRow { batch.next }

    mutating func commit() {
        if batch.commit() { pass() }
    }

    /// Hands the batch over; without a second thread the work is done here.
    private mutating func pass() {
        if thread == nil {
            consume(batch)
            batch.clear()
        } else {
            full.give(batch)
            batch = empty.take() ?? ClaimBatch()
        }
    }

    /// Waits until every row was consumed; to be called whatever else failed.
    mutating func finish() {
        if batch.count > 0 { pass() }
        full.close()
        if let thread = thread.take() { thread.join() }
        empty.close()
    }
}
