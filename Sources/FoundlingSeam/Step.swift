/// Every effect Foundling has on a store, its ledger or the application's database, by name.
///
/// Nothing is changed but through one of these, so that a test can fail or kill exactly one of them, and can list all.
package enum Step: String, CaseIterable, Sendable {
    case quarantineMake = "quarantine.make"
    case quarantineSentinel = "quarantine.sentinel"
    /// The name of a new quarantine, of what tells it from others, and of the ledger's directory.
    case quarantineSync = "quarantine.sync"
    case lockWrite = "lock.write"
    case reserveMake = "reserve.make"
    case reserveRelease = "reserve.release"
    /// One transaction: the lines of a batch, all or none.
    case ledgerAppend = "ledger.append"
    case runMake = "run.make"
    case receiptAppend = "receipt.append"
    case receiptSync = "receipt.sync"
    case undoAppend = "undo.append"
    case undoSync = "undo.sync"
    /// An entry goes into the quarantine.
    case itemMove = "item.move"
    /// It goes back at once: claimed or changed while it was moved.
    case itemReturn = "item.return"
    /// It goes back because somebody asked for it.
    case itemRestore = "item.restore"
    case parentMake = "parent.make"
    case directorySync = "directory.sync"
    /// A run's item becomes one that can only be removed.
    case purgeBegin = "purge.begin"
    /// Back to the name under which it can be restored, after a removal that was cut short.
    case purgeReturn = "purge.return"
    case purgeUnlink = "purge.unlink"
    case purgeRemoveDirectory = "purge.rmdir"
    case purgeSync = "purge.sync"
    /// A transaction in the application's database: triggers, the outbox, `delete`.
    case catalogBegin = "catalog.begin"
    case catalogRun = "catalog.run"
    case catalogCommit = "catalog.commit"

    /// Whether it is in the application's database, and not in a store.
    package var isOfCatalog: Bool { rawValue.hasPrefix("catalog.") }
}
