import XCTest

@testable import Unmarked

final class WipedBufferTests: FolderTestCase {
    func testAFileIsReadAndWiped() throws {
        let content = Data((0..<10_000).map { UInt8($0 % 251) })
        let buffer = try FileReading.whole(try file("in", content), limit: .app)
        XCTAssertEqual(buffer.count, content.count)
        XCTAssertEqual(buffer.withData { Data($0) }, content)

        // Where the file stood, there are zeros.
        let start = try XCTUnwrap(buffer.withData { $0.withUnsafeBytes(\.baseAddress) })
        buffer.wipe()
        XCTAssertEqual(buffer.count, 0)
        XCTAssertTrue(UnsafeRawBufferPointer(start: start, count: content.count).allSatisfy { $0 == 0 })
    }

    func testNothingIsRead() throws {
        let buffer = try FileReading.whole(try file("in", Data()), limit: ReadLimit(bytes: 0))
        XCTAssertEqual(buffer.withData(\.count), 0)
    }
}
