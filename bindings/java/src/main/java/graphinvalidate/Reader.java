package graphinvalidate;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Reads a structure of C, field after field. What lies beyond the size that the library's own has is 0. */
final class Reader {
    private final Foreign foreign;
    private final ByteBuffer fields;

    /** Reads a structure of this size. */
    Reader(Foreign foreign, long address, int size) {
        this.foreign = foreign;
        fields = ByteBuffer.wrap(foreign.read(address, size)).order(ByteOrder.nativeOrder());
    }

    /** Reads a structure that says its size, of which no more than this is known here. */
    static Reader sized(Foreign foreign, long address, int known) {
        long size = new Reader(foreign, address, 8).wide();
        return new Reader(foreign, address, (int) Math.min(size, known));
    }

    int word() {
        return fields.remaining() < 4 ? 0 : fields.getInt();
    }

    long wide() {
        int next = fields.position() + 7 & ~7;
        if (fields.limit() < next + 8) {
            return 0;
        }
        fields.position(next);
        return fields.getLong();
    }

    double real() {
        return Double.longBitsToDouble(wide());
    }

    String text() {
        return textAt(wide());
    }

    private String textAt(long address) {
        return address == 0 ? null : foreign.text(address);
    }

    Instant time() {
        String text = text();
        return text == null ? null : instant(text);
    }

    /** Reads 2026-11-29T12:34:56.789Z, with or without a fraction: a formatter takes microseconds for it. */
    private static Instant instant(String text) {
        int end = text.length() - 1;
        if (end < 19 || end > 29 || text.charAt(end) != 'Z' || end == 20) {
            return OffsetDateTime.parse(text).toInstant();
        }
        long second = LocalDateTime.of(number(text, 0, 4), number(text, 5, 7), number(text, 8, 10),
                number(text, 11, 13), number(text, 14, 16), number(text, 17, 19)).toEpochSecond(ZoneOffset.UTC);
        int fraction = 0;
        for (int index = 20; index < 29; index++) {
            fraction = 10 * fraction + (index < end ? number(text, index, index + 1) : 0);
        }
        return Instant.ofEpochSecond(second, fraction);
    }

    private static int number(String text, int begin, int end) {
        int number = 0;
        for (int index = begin; index < end; index++) {
            number = 10 * number + text.charAt(index) - '0';
        }
        return number;
    }

    Status status() {
        return Status.of(word());
    }

    Duration milliseconds() {
        long milliseconds = wide();
        return milliseconds < 0 ? Duration.ofSeconds(Long.MAX_VALUE) : Duration.ofMillis(milliseconds);
    }

    Duration seconds() {
        double seconds = real();
        return seconds >= Long.MAX_VALUE / 1e9 ? Duration.ofSeconds(Long.MAX_VALUE) : Duration.ofNanos((long) (seconds * 1e9));
    }

    List<String> texts() {
        List<String> texts = new ArrayList<>();
        for (long address : addresses()) {
            texts.add(textAt(address));
        }
        return Collections.unmodifiableList(texts);
    }

    List<AccessFinding> findings() {
        List<AccessFinding> findings = new ArrayList<>();
        for (long address : addresses()) {
            findings.add(new AccessFinding(sized(foreign, address, Abi.ACCESS_FINDING_SIZE)));
        }
        return Collections.unmodifiableList(findings);
    }

    List<Header> headers() {
        long address = wide();
        long length = wide();
        List<Header> headers = new ArrayList<>();
        for (long index = 0; index < length; index++) {
            headers.add(new Header(new Reader(foreign, address + index * Abi.HEADER_SIZE, Abi.HEADER_SIZE)));
        }
        return Collections.unmodifiableList(headers);
    }

    private long[] addresses() {
        long address = wide();
        int length = (int) wide();
        long[] addresses = new long[length];
        if (length > 0) {
            Reader reader = new Reader(foreign, address, 8 * length);
            for (int index = 0; index < length; index++) {
                addresses[index] = reader.wide();
            }
        }
        return addresses;
    }
}
