internal import Glibc

/// Every guard and every second look that keeps a live byte, by name.
///
/// Each is asked whether it is on at the one place where it works. A debug build reads `FOUNDLING_WITHOUT`, the name of
/// one that is to be off, so that `script/mutate` can show for each of them that some test fails without it; in a
/// release all are on, and the question costs nothing. `docs/SAFETY.md` lists them with their tests.
package enum Safeguard: String, CaseIterable, Sendable {
    // MARK: Who is claimed

    /// A claim keeps the entry above it.
    case claimBelow
    /// A claim keeps the entries below it.
    case claimAbove
    /// A recorded path is read in every way that fits.
    case everyReading
    /// What some claim nearly names is kept.
    case nearMiss
    /// A claim outside the store that ends like an entry's path keeps it.
    case tailOfOutsideClaim
    /// A claim is followed through links as the kernel would follow it.
    case claimThroughLink
    /// So is one from outside that leads into the store.
    case outsideClaimThroughLink
    /// What a link leads to is kept as long as the link is.
    case linkTarget
    /// What lies inside an entry that is being made, or that nobody claims, is not judged.
    case nestedShelter
    /// What lies inside an entry that is young, pinned or half seen is not judged.
    case settledParent
    /// The database and the manifest are no entries, and what holds them is kept.
    case ownFiles

    // MARK: What an entry's own state says

    /// Nothing younger than `min_age` is an orphan.
    case minAge
    /// A time in the future keeps an entry.
    case futureTime
    /// The time of change counts like that of modification.
    case changeTime
    /// What could not be measured whole is kept.
    case halfSeen
    /// What somebody asked to keep is kept.
    case pin
    /// So is what holds a `.foundling-keep`.
    case keepFile
    /// A number above all that the database gave out is no orphan's.
    case newerThanCatalog
    /// A mount inside an entry keeps it.
    case mountInside
    /// So does one over it.
    case mountOver

    // MARK: No complete reading, no verdict

    /// A table without a row refuses.
    case emptySource
    /// An empty store beside a full database refuses.
    case emptyStore
    /// Claims that meet nothing on disk refuse.
    case claimsMeetNothing
    /// A directory that cannot be listed refuses.
    case wholeListing
    /// A recorded path that cannot be read refuses.
    case undecodablePath
    /// A table of which rows may be hidden refuses.
    case hiddenRows
    /// A table that was rewritten while it was read refuses.
    case rewrittenTable
    /// Nothing is planned on a replica's word.
    case replica

    // MARK: The right database, the right store

    /// Another database refuses until it is accepted.
    case databaseIdentity
    /// So does an older state of it.
    case databaseWentBack
    /// So do changed columns.
    case schema
    /// So does another store.
    case storeIdentity
    /// A lost ledger refuses every plan until somebody accepts.
    case lostLedger

    // MARK: How much may go

    /// A share of entries over the limit needs approval.
    case shareOfEntries
    /// So does one of bytes.
    case shareOfBytes
    /// So does a table that lost its rows.
    case lostRows
    /// Small runs add up.
    case recentRuns

    // MARK: A plan

    /// Clocks apart widen the age.
    case clocksApart
    /// What is written between measurement and plan is left out.
    case writtenSinceMeasured
    /// A plan is applied as it was written.
    case planHash
    /// Within an hour.
    case planExpiry
    /// By the manifest that it was made with.
    case planManifest
    /// On the store that it was made for.
    case planStore
    /// Once.
    case planOnce
    /// Never on the word of a ledger that was changed.
    case wholeLedger
    /// Over a limit only with a person's approval of exactly this plan.
    case approval
    /// Of this one, and of no other.
    case approvedHash
    /// What there is of a resource is counted, and not taken from the plan's file.
    case countedWholes

    // MARK: The last look before a move

    /// The claims are read again before anything moves.
    case claimsBeforeMove
    /// So are the pins.
    case pinBeforeMove
    /// A `.foundling-keep` above keeps, up to the last moment.
    case keepFileAbove
    /// Something else of the same name stays.
    case identityBeforeMove
    /// Whatever changed since it was planned stays.
    case fingerprintBeforeMove
    /// Whatever cannot be seen whole stays.
    case obstacleBeforeMove
    /// What somebody has open stays.
    case openFile
    /// What a process works in stays.
    case processInside
    /// Nothing is taken from a directory that was renamed or replaced.
    case place

    // MARK: The look after it

    /// The claims are read once more after the moves: what is claimed by now goes back.
    case claimsAfterMove
    /// What was written to while it moved goes back.
    case fingerprintAfterMove
    /// A run that was cut short asks the records about what it moved before anything else.
    case settleCutShort
    /// What became of an item is told by its inode and time of birth, never by its name.
    case recoveryByIdentity

    // MARK: Giving back

    /// Nothing that lies at its place is ever replaced.
    case noReplace
    /// What lies in its place in the quarantine must be what was moved there.
    case restoredIdentity
    /// A receipt that says something came out of a quarantine is not believed.
    case restoredIntoQuarantine

    // MARK: Removing for good

    /// Nothing is removed before its time.
    case retention
    /// The claims are read before anything is removed.
    case claimsBeforePurge
    /// And once more when it has been set aside.
    case claimsAtPurge
    /// What is pinned is held.
    case pinBeforePurge
    /// What somebody wrote to since it was moved is held.
    case writtenInQuarantine
    /// What somebody has open is held.
    case openInQuarantine
    /// What a record claims while other files lie there is held.
    case occupiedPlace
    /// So is a remainder that somebody wrote to.
    case remainder
    /// What a link in something held leads to is held.
    case neededByHeld
    /// Whatever is taken away while it is removed is left alone.
    case takenAway
    /// What is held is not removed unverified.
    case heldUnverified
    /// A purge asks for the store that was accepted.
    case purgeStore
    /// A ledger that was changed removes nothing.
    case purgeLedger

    // MARK: Deletions that the database tells of

    /// Nothing moves of a database that nobody accepted.
    case somebodyAccepted
    /// A worker whose lease ran out moves nothing.
    case lease
    /// What is young may be for a record to come, whatever went.
    case ageOfTask
    /// What a record names otherwise by now waits.
    case changedClaim
    /// A path that may mean two entries takes neither.
    case ambiguousTask
    /// What merely holds a nested entry is not taken with it.
    case holderOfNested
    /// A part of a name that the row does not know is matched by key.
    case unknownByKey
    /// What could not be looked at is not gone.
    case unreadableTask
    /// What is pinned stays, whatever was deleted.
    case pinOfTask
    /// Deletions over a limit are held until a person approves.
    case shareOfTasks
    /// Those that still wait count with them.
    case waitingTasks
    /// A table that was emptied at once is a person's affair.
    case truncation
    /// Who deletes and who is asked are of one database.
    case writerElsewhere

    // MARK: With nobody looking

    /// Off unless the manifest trusts a resource with it.
    case unattended
    /// One scan never kills.
    case twoScans
    /// No guard is answered by nobody.
    case unattendedLimit
    /// Clocks apart stop it.
    case unattendedClocks
    /// So does a store that nobody accepted.
    case unattendedAccepted

    // MARK: The quarantine

    /// Somebody else's directory is no quarantine.
    case quarantineOwner
    /// Nor is one on another mount.
    case quarantineMount
    /// Nor is one that holds other things.
    case foreignDirectory
    /// Nothing in it is written through a link.
    case plainFile
}

extension Safeguard {
    #if DEBUG
        private static let missing = getenv("FOUNDLING_WITHOUT").flatMap { Safeguard(rawValue: String(cString: $0)) }
        package var isOn: Bool { self != Self.missing }
    #else
        @inlinable package var isOn: Bool { true }
    #endif
}
