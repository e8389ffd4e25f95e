import Foundation
import UnmarkedCore
import XCTest

@testable import Unmarked

/// Cleans `incoming` with a cleaner of its own: by Strip, which gives way to nothing.
func clean(
    _ incoming: IncomingPhoto, limit: ReadLimit = .app, policy: CleaningPolicy = CleaningPolicy(method: .strip)
) async throws -> OutgoingPhoto {
    try await PhotoCleaner(limit: limit, policy: policy).clean(incoming)
}

/// What the share sheet would get of `photo`.
func cleanBytes(_ photo: Data) async throws -> Data {
    try await clean(.data(photo)).data()
}

/// Fails unless `incoming` is refused with a problem of `kind`; gives the problem.
@discardableResult
func refusal(
    of incoming: IncomingPhoto,
    _ kind: PhotoProblem.Kind,
    limit: ReadLimit = .app,
    policy: CleaningPolicy = CleaningPolicy(method: .strip),
    _ note: String = "",
    file: StaticString = #filePath,
    line: UInt = #line
) async -> PhotoProblem? {
    do {
        _ = try await clean(incoming, limit: limit, policy: policy)
        XCTFail("released, expected \(kind) \(note)", file: file, line: line)
    } catch let problem as PhotoProblem {
        XCTAssertEqual(problem.kind, kind, note, file: file, line: line)
        XCTAssertFalse(problem.reason.isEmpty || problem.advice.isEmpty || problem.title.isEmpty, note, file: file, line: line)
        return problem
    } catch {
        XCTFail("\(error) \(note)", file: file, line: line)
    }
    return nil
}

/// A test that has a folder of its own, removed afterwards.
class FolderTestCase: XCTestCase {
    private(set) var folder = URL(fileURLWithPath: "/nonexistent")

    override func setUpWithError() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("test-\(UUID().uuidString)", isDirectory: true)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    override func tearDownWithError() throws {
        try FileManager.default.removeItem(at: folder)
    }

    /// A file in the folder.
    func file(_ name: String, _ content: Data) throws -> URL {
        let url = folder.appendingPathComponent(name)
        try content.write(to: url)
        return url
    }

    /// Every regular file below the folder.
    func files() throws -> [URL] {
        let found = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: [.isRegularFileKey])
        return try (found?.compactMap { $0 as? URL } ?? []).filter {
            try $0.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile == true
        }
    }
}

/// All pieces until one is empty.
func pieces(_ read: (UInt64) -> Data) -> Data {
    var data = Data()
    while case let piece = read(UInt64(data.count)), !piece.isEmpty { data.append(piece) }
    return data
}
