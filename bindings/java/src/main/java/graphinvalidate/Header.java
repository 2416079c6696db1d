// Made by cargo xtask abi from the library's source. Do not edit.

package graphinvalidate;


/** One HTTP header. */
public final class Header {
    private final String name;
    private final String value;

    Header(Reader reader) {
        name = reader.text();
        value = reader.text();
    }

    /**
     * The header's name; in lower case where the library made it.
     *
     * @return the value.
     */
    public String name() {
        return name;
    }

    /**
     * The header's value.
     *
     * @return the value.
     */
    public String value() {
        return value;
    }

    @Override
    public String toString() {
        return "Header{name=" + name
                + ", value=" + value
                + "}";
    }
}
