import Foundation
package import FoundlingCore

/// Turns the bytes of `foundling.yaml` into a checked ``Manifest``, or into all of its mistakes at once.
package struct ManifestReader: Sendable {
    /// A manifest, and what to tell its author although it can be used.
    package typealias Reading = (manifest: Manifest, warnings: [Diagnostic])

    /// More than a hundred times what the largest application needs; the rest is a file given by mistake.
    package static let sizeLimit = 1 << 20
    /// Places are counted in 16 bits.
    package static let globLimit = 65_000

    /// As the user named it; messages repeat it.
    package let file: String
    /// Absolute.
    package let path: String
    private let environment: [String: String]
    private let exists: @Sendable (String) -> Bool

    /// - Parameters:
    ///   - environment: what `${NAME}` may stand for.
    ///   - workingDirectory: what `file` is relative to.
    ///   - exists: whether there is something at an absolute path; asked of `sqlite:///` URLs only.
    package init(
        file: String, environment: [String: String], workingDirectory: String,
        exists: @escaping @Sendable (String) -> Bool
    ) {
        self.file = file
        path = FilePath.absolute(file, in: workingDirectory)
        self.environment = environment
        self.exists = exists
    }

    /// Reads `file` as the process sees it.
    package static func read(file: String, environment: [String: String]) throws(FoundlingError) -> Reading {
        let reader = ManifestReader(
            file: file, environment: environment, workingDirectory: FileManager.default.currentDirectoryPath,
            exists: { FileManager.default.fileExists(atPath: $0) })
        return try reader.read()
    }

    package func read() throws(FoundlingError) -> Reading { try parse(ManifestFile(name: file, path: path).bytes()) }

    /// The whole of the work without a disk.
    package func parse(_ text: String) throws(FoundlingError) -> Reading { try parse(Array(text.utf8)) }

    package func parse(_ bytes: [UInt8]) throws(FoundlingError) -> Reading {
        let mistakes = MistakeList(file: file)
        guard let text = text(bytes, mistakes) else { throw mistakes.error }
        let source = SourceText(text)
        var builder = TreeBuilder(source, mistakes)
        guard let tree = builder.build() else { throw mistakes.error }
        let decoder = ManifestDecoder(
            source: source, mistakes: mistakes, variables: Variables(environment: environment), path: path,
            exists: exists)
        guard let manifest = decoder.decode(tree), !mistakes.hasErrors else { throw mistakes.error }
        return (manifest, mistakes.sorted(.warning))
    }

    /// UTF-8 of a sensible size, or nil with the reason told.
    private func text(_ bytes: [UInt8], _ mistakes: MistakeList) -> String? {
        guard bytes.count <= Self.sizeLimit else {
            mistakes.error("larger than 1 MiB: is this a manifest?", at: .start)
            return nil
        }
        let content = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes[3...] : bytes[...]
        if let text = String(validating: content, as: UTF8.self) { return text }
        let valid = SourceText(String(decoding: Self.validPrefix(content), as: UTF8.self))
        mistakes.error("not UTF-8: save the file in that encoding", at: valid.position(of: valid.scalars.count))
        return nil
    }

    private static func validPrefix(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var decoder = UTF8()
        var iterator = bytes.makeIterator()
        var length = 0
        while case .scalarValue(let scalar) = decoder.decode(&iterator) { length += UTF8.width(scalar) }
        return bytes.prefix(length)
    }
}
