internal import FoundlingCatalog
internal import FoundlingCore
internal import FoundlingManifest

/// No message and no shown location holds a password, and an SQLite file is named by an absolute path.
enum URLPromises {
    static func check(_ input: [UInt8]) throws(Broken) {
        guard input.count <= 4096, let url = String(validating: input, as: UTF8.self) else { return }
        let isSecret = Secret.isOnlyAPassword(in: input, alsoBehind: "password=")
        let reader = ManifestReader(
            file: "foundling.yaml", environment: ["U": url], workingDirectory: "/work",
            exists: { $0.utf8.count.isMultiple(of: 2) })
        do {
            let database = try reader.parse(
                "database: { url: '${U}' }\nstore: { root: data }\nresources: "
                    + "{ a: { entries: a/*, records: [{ table: a, claims: ['{b}'] }] } }"
            ).manifest.database
            let location = database.url.location
            try promise(!location.utf8.contains(0), "a NUL in a location")
            if database.url.engine == .sqlite {
                try promise(location.utf8.first == .slash, "not absolute: \(location)")
            }
            let shown = try Catalog.location(of: database)
            try promise(
                !isSecret || database.url.engine == .sqlite || !shown.contains(Secret.text),
                "a password is shown: \(shown)")
        } catch let error as FoundlingError {
            try promise(error.code == .manifestInvalid, "another error than of a manifest: \(error)")
            try promise(!isSecret || !"\(error)".contains(Secret.text), "a password is repeated: \(error)")
        } catch let broken as Broken { throw broken } catch { throw Broken("an error of no kind: \(error)") }
    }
}
