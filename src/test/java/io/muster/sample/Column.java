package io.muster.sample;

/** The columns of the sample files, in their order. */
enum Column {
    REFERENCE("ExternalDataReference"),
    FIRST_NAME("FirstName"),
    LAST_NAME("LastName"),
    EMAIL("Email"),
    PHONE("Phone"),
    LANGUAGE("Language"),
    UNSUBSCRIBED("Unsubscribed"),
    PLAN("plan"),
    TIER("tier"),
    SPEND("spend"),
    RENEWAL("renewal date"),
    CITY("city"),
    NOTE("note");

    private final String header;

    Column(String header) {
        this.header = header;
    }

    String header() {
        return header;
    }
}
