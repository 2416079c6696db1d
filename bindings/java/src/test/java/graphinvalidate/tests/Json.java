package graphinvalidate.tests;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** As much JSON as the tests need: maps, lists, strings, doubles, Booleans and null. */
final class Json {
    private final String text;
    private int at;

    private Json(String text) {
        this.text = text;
    }

    static Object read(String text) {
        return new Json(text).value();
    }

    @SuppressWarnings("unchecked")
    static Map<String, Object> object(Object value) {
        return value == null ? new LinkedHashMap<>() : (Map<String, Object>) value;
    }

    @SuppressWarnings("unchecked")
    static <T> List<T> list(Object value) {
        return value == null ? new ArrayList<>() : (List<T>) value;
    }

    private char peek() {
        while (Character.isWhitespace(text.charAt(at))) {
            at++;
        }
        return text.charAt(at);
    }

    private boolean took(char wanted) {
        if (peek() == wanted) {
            at++;
            return true;
        }
        return false;
    }

    private Object value() {
        if (took('{')) {
            Map<String, Object> object = new LinkedHashMap<>();
            while (!took('}')) {
                took(',');
                String name = (String) value();
                took(':');
                object.put(name, value());
            }
            return object;
        }
        if (took('[')) {
            List<Object> list = new ArrayList<>();
            while (!took(']')) {
                took(',');
                list.add(value());
            }
            return list;
        }
        if (took('"')) {
            return string();
        }
        int begin = at;
        while (at < text.length() && "{}[],:\" \n\r\t".indexOf(text.charAt(at)) < 0) {
            at++;
        }
        String word = text.substring(begin, at);
        switch (word) {
            case "null":
                return null;
            case "true":
            case "false":
                return word.equals("true");
            default:
                return Double.valueOf(word);
        }
    }

    private String string() {
        StringBuilder read = new StringBuilder();
        while (text.charAt(at) != '"') {
            char letter = text.charAt(at++);
            if (letter == '\\') {
                letter = text.charAt(at++);
                if (letter == 'u') {
                    letter = (char) Integer.parseInt(text.substring(at, at + 4), 16);
                    at += 4;
                } else {
                    int known = "bfnrt".indexOf(letter);
                    letter = known < 0 ? letter : "\b\f\n\r\t".charAt(known);
                }
            }
            read.append(letter);
        }
        at++;
        return read.toString();
    }

    static String write(Object value) {
        if (value instanceof Map) {
            List<String> members = new ArrayList<>();
            object(value).forEach((name, member) -> members.add(write(name) + ":" + write(member)));
            return "{" + String.join(",", members) + "}";
        }
        if (value instanceof List) {
            List<String> elements = new ArrayList<>();
            list(value).forEach(element -> elements.add(write(element)));
            return "[" + String.join(",", elements) + "]";
        }
        if (value == null || value instanceof Number || value instanceof Boolean) {
            return String.valueOf(value);
        }
        StringBuilder written = new StringBuilder("\"");
        for (char letter : value.toString().toCharArray()) {
            if (letter < ' ' || letter == '"' || letter == '\\' || letter > '~') {
                written.append(String.format("\\u%04x", (int) letter));
            } else {
                written.append(letter);
            }
        }
        return written.append('"').toString();
    }
}
