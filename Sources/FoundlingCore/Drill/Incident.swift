/// The ways in which cleaners of other systems have lost living files, by the numbers of docs/SAFETY.md.
package enum Incident: Int, CaseIterable, Sendable {
    case wrongDatabase = 1
    case partialListing, storeOffline, staleFinding, writeBeforeCommit, reuse, sharedFile, recreatedName, spelling
    case prefix, caseAndUnicode, unknownKind, clocks, links, crash, locks, magnitude

    package var title: String {
        switch self {
        case .wrongDatabase: "a wrong, empty or unmigrated database"
        case .partialListing: "half a listing taken for the whole"
        case .storeOffline: "a store that is not there"
        case .staleFinding: "a finding carried out too late"
        case .writeBeforeCommit: "files that are there before their record"
        case .reuse: "an old file that is used again"
        case .sharedFile: "a file with several owners"
        case .recreatedName: "a name that is made anew meanwhile"
        case .spelling: "paths that are spelt otherwise"
        case .prefix: "names that begin alike"
        case .caseAndUnicode: "upper case, lower case, Unicode forms"
        case .unknownKind: "files that the manifest does not know"
        case .clocks: "clocks that are wrong"
        case .links: "symbolic links"
        case .crash: "a crash half way"
        case .locks: "two at once"
        case .magnitude: "far more than expected"
        }
    }
}
