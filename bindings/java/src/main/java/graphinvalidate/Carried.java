package graphinvalidate;

import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.Map;

/** The values of an outcome as JSON or a table carries them. */
final class Carried {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    private final Map<String, Object> values;

    Carried() {
        values = new LinkedHashMap<>();
    }

    Carried(Map<String, ?> values) {
        if (values == null) {
            throw new IllegalArgumentException("The values are null.");
        }
        this.values = new LinkedHashMap<>(values);
    }

    Map<String, Object> values() {
        return values;
    }

    void put(String name, Object value) {
        boolean isUnknown = value == null || Duration.ZERO.equals(value) || name.equals("http_status") && value.equals(0);
        if (isUnknown) {
            return;
        }
        if (value instanceof Instant) {
            values.put(name, TIME.format((Instant) value));
        } else if (value instanceof Duration) {
            values.put(name, ((Duration) value).toMillis() / 1000.0);
        } else {
            values.put(name, value instanceof Number ? value : value.toString());
        }
    }

    Status status(String name) {
        String text = text(name);
        for (Status status : Status.values()) {
            if (status.toString().equals(text)) {
                return status;
            }
        }
        throw text == null ? new IllegalArgumentException("There is no " + name + ".") : none(name, "name of a status");
    }

    String text(String name) {
        Object value = values.get(name);
        if (value == null || value.equals("")) {
            return null;
        }
        if (value instanceof CharSequence || value instanceof Status) {
            return value.toString();
        }
        throw none(name, "text");
    }

    int number(String name) {
        double number = real(name);
        if (number != Math.rint(number)) {
            throw none(name, "whole number");
        }
        return (int) number;
    }

    Duration seconds(String name) {
        return Duration.ofMillis(Math.round(real(name) * 1000));
    }

    private double real(String name) {
        Object value = values.get(name);
        if (value == null || value.equals("")) {
            return 0;
        }
        double number;
        try {
            number = value instanceof Number ? ((Number) value).doubleValue() : Double.parseDouble(text(name));
        } catch (NumberFormatException failure) {
            throw none(name, "number");
        }
        if (!(number >= 0 && number < 1e9)) {
            throw none(name, "number");
        }
        return number;
    }

    Instant timeOrNow(String name) {
        Instant time = time(name);
        return time == null ? Instant.now() : time;
    }

    /** A time without a zone could mean any, and is refused. */
    Instant time(String name) {
        if (values.get(name) instanceof Instant) {
            return (Instant) values.get(name);
        }
        String text = text(name);
        try {
            return text == null ? null : OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeParseException failure) {
            throw none(name, "time as RFC 3339 writes it");
        }
    }

    private static IllegalArgumentException none(String name, String kind) {
        return new IllegalArgumentException("The value of " + name + " is no " + kind + ".");
    }
}
