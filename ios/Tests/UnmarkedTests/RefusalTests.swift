import UnmarkedCore
import XCTest

@testable import Unmarked

/// What cannot be cleaned gives a problem that can be shown, and no photo.
final class RefusalTests: FolderTestCase {
    func testNoPhoto() async throws {
        await refusal(of: .data(Data()), .notAPhoto)
        await refusal(of: .data(Data("a letter".utf8)), .notAPhoto)
        await refusal(of: .file(try file("empty.jpg", Data())), .notAPhoto)
        await refusal(of: .file(try file("text.jpg", Data("a letter".utf8))), .notAPhoto)
    }

    func testCutOffAnywhere() async throws {
        let photo = TestPhoto(marked: false).bytes
        _ = try await clean(.data(photo))
        // the last two bytes only say that the photo ends: without them it is whole
        _ = try await clean(.data(photo.dropLast(2)))
        for length in 3..<(photo.count - 2) {
            await refusal(of: .data(photo.prefix(length)), .damaged, "cut off after \(length) bytes")
        }
    }

    func testASliceIsReadFromItsOwnStart() async throws {
        let photo = TestPhoto().bytes
        let slice = (Data(repeating: 0xFF, count: 7) + photo).dropFirst(7)
        let bytes = [try await cleanBytes(slice), try await cleanBytes(photo)]
        XCTAssertEqual(bytes[0], bytes[1])
    }

    func testTooLarge() async throws {
        let photo = TestPhoto().bytes
        let url = try file("in.jpg", photo)
        for incoming in [IncomingPhoto.data(photo), .file(url)] {
            await refusal(of: incoming, .tooLarge, limit: ReadLimit(bytes: photo.count - 1))
            _ = try await clean(incoming, limit: ReadLimit(bytes: photo.count))
        }
    }

    func testAHugeFileIsNotRead() async throws {
        // A sparse file: on the disk it takes nothing, read it would take 1 TB of memory.
        let url = try file("sparse.jpg", TestPhoto().bytes)
        let handle = try FileHandle(forWritingTo: url)
        try handle.truncate(atOffset: 1 << 40)
        try handle.close()
        await refusal(of: .file(url), .tooLarge)
    }

    func testWhatIsNoFile() async throws {
        await refusal(of: .file(folder), .notAFile)
        let pipe = folder.appendingPathComponent("pipe.jpg")
        XCTAssertEqual(mkfifo(pipe.path, 0o600), 0)
        await refusal(of: .file(pipe), .notAFile)
        await refusal(of: .file(URL(fileURLWithPath: "/dev/zero")), .notAFile)
    }

    func testWhatCannotBeRead() async throws {
        await refusal(of: .file(folder.appendingPathComponent("none.jpg")), .unreadable)
        await refusal(of: .file(try XCTUnwrap(URL(string: "https://example.org/in.jpg"))), .unreadable)
        let link = folder.appendingPathComponent("link.jpg")
        try FileManager.default.createSymbolicLink(at: link, withDestinationURL: folder.appendingPathComponent("none.jpg"))
        await refusal(of: .file(link), .unreadable)
        if getuid() != 0 {
            let closed = try file("closed.jpg", TestPhoto().bytes)
            try FileManager.default.setAttributes([.posixPermissions: 0], ofItemAtPath: closed.path)
            await refusal(of: .file(closed), .unreadable)
        }
    }

    #if os(Linux)
    func testWhatFailsWhileItIsRead() async throws {
        // Page 0 of a process is not there: opening works, reading fails with EIO.
        await refusal(of: .file(URL(fileURLWithPath: "/proc/self/mem")), .unreadable)
        // Its size is told as 0, and then it has content: a file that grows.
        await refusal(of: .file(URL(fileURLWithPath: "/proc/self/status")), .unreadable)
    }
    #endif

    func testProblemsOfTheCoreKeepItsWords() throws {
        let words = (reason: "a reason", advice: "an advice")
        let pairs: [(PhotoError, PhotoProblem.Kind)] = [
            (.NotAPhoto(reason: words.reason, advice: words.advice), .notAPhoto),
            (.Unsupported(reason: words.reason, advice: words.advice), .unsupported),
            (.Damaged(reason: words.reason, advice: words.advice), .damaged),
            (.TooLarge(reason: words.reason, advice: words.advice), .tooLarge),
            (.NotWritten(reason: words.reason, advice: words.advice), .notWritten),
            (.Failed(reason: words.reason, advice: words.advice), .failed),
        ]
        for (error, kind) in pairs {
            let problem = PhotoProblem(error)
            XCTAssertEqual(problem.kind, kind)
            XCTAssertEqual(problem.localizedDescription, "A reason.")
            XCTAssertEqual(problem.recoverySuggestion, "An advice.")
        }
    }

    func testAnUnexpectedErrorTellsNothingOfItself() {
        struct Leaky: Error, CustomStringConvertible { let description = TestPhoto.mark }
        let problem = PhotoProblem(Leaky() as any Error)
        XCTAssertEqual(problem.kind, .failed)
        XCTAssertFalse("\(problem)".contains(TestPhoto.mark))
    }
}
