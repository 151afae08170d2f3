internal import FoundlingCore

extension HTMLReport {
    /// What the rest rests on.
    struct CertificateView: Sendable {
        let pairs: [Pair]
        let hasSources: Bool
        let sources: [Source]

        struct Source: Sendable {
            let resource: String
            let source: String
            let rows: String
            let claims: String
            let met: String
        }
    }

    var certificate: CertificateView {
        let (store, catalog) = (result.certificate.store, result.certificate.catalog)
        let sources = CertificateDocument(result.certificate, FindingWording(result, manifest)).sources
        return CertificateView(
            pairs: [
                Pair(
                    name: "Store",
                    text: "\(Printable.escape(store.realPath)) (device \(store.device), inode \(store.inode))"),
                Pair(
                    name: "Listed",
                    text: "\(Count.text(store.names, "name", "names")) in "
                        + "\(Count.text(store.directories, "directory", "directories")), "
                        + "\(Timestamp.iso(store.listedFrom)) to \(Timestamp.iso(store.listedTo))"),
                Pair(name: "Database", text: "\(catalog.engine) \(Printable.escape(catalog.location))"),
                Pair(
                    name: "Snapshot",
                    text: "\(Timestamp.iso(catalog.snapshotFrom)) to \(Timestamp.iso(catalog.snapshotTo))"),
                Pair(name: "Ages by", text: result.certificate.clock), Pair(name: "Errors", text: "0"),
            ],
            hasSources: !sources.isEmpty,
            sources: sources.map { source in
                CertificateView.Source(
                    resource: Printable.escape(source.resource ?? "?"), source: Printable.escape(source.source ?? "?"),
                    rows: Count.text(source.rows), claims: Count.text(source.claims), met: Count.text(source.met))
            })
    }
}
