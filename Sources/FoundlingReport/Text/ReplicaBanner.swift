/// What a reader must know before anything else, where a replica was read.
enum ReplicaBanner {
    static let text =
        "REPLICA: this database may lag behind the application: what looks like an orphan may only be new. "
        + "Scans read it; plan refuses it."
}
