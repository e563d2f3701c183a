package io.muster.intake;

/** What came of a visitor. Those that are public say nothing but what the caller sees in its own request. */
public enum VisitorOutcome {
    /** The visitor is a contact now. */
    CREATED(Kind.DONE, ""),
    /** The reference leads to a contact. */
    EXISTS(Kind.DONE, ""),
    /** A rule recognises a contact that the reference does not lead to. */
    MATCHES_ANOTHER(Kind.DONE, ""),
    /** The page is none of the project's. */
    ORIGIN(Kind.PUBLIC, "The origin of the page is none of the project's. Add it to the project, and apply it."),
    /** Too many come. */
    QUOTA(Kind.PUBLIC, "Too many visitors came within a minute, of the project or from this address."),
    /** A pair is too long. */
    PAIR_TOO_LONG(Kind.PUBLIC, "A pair of the data has more than 50 characters, name and value together."),
    /** The pairs are too long together. */
    PAIRS_TOO_LONG(Kind.PUBLIC, "The pairs of the data have more than 400 characters together."),
    /** The reference is a placeholder. */
    PLACEHOLDER(Kind.PUBLIC, "The reference is blank or a placeholder, which is no reference."),
    /** There is no reference. */
    NO_REFERENCE(Kind.SECRET, "No reference was sent. A contact is created for a visitor with a reference only."),
    /** The project is not published. */
    NOT_IN_FORCE(Kind.SECRET, "The project was never applied, or does not exist."),
    /** The project or the module is switched off. */
    INACTIVE(Kind.SECRET, "The project is paused, or the whole module is."),
    /** There is no directory. */
    NOT_LINKED(Kind.SECRET, "The project is linked to no directory, or the directory is gone."),
    /** The project creates nobody. */
    AUTO_CREATE_OFF(Kind.SECRET, "The project creates no contacts. Switch auto-create on, and apply it."),
    /** The signature is missing or wrong where one is needed. */
    SIGNATURE(Kind.SECRET, "The project signs references, and the signature is missing or wrong."),
    /** A value cannot be stored; the reason of the answer says which. */
    INVALID(Kind.SECRET, "A value cannot be stored."),
    /** A run has taken a key and has not ended. */
    IN_WORK(Kind.SECRET, "A run that has not ended may be about to create this contact. Later visits are judged anew.");

    private enum Kind {
        DONE,
        PUBLIC,
        SECRET
    }

    private final Kind kind;
    private final String message;

    VisitorOutcome(Kind kind, String message) {
        this.kind = kind;
        this.message = message;
    }

    /** Whether nobody was looked for, or nobody could be created. */
    public boolean isRefusal() {
        return kind != Kind.DONE;
    }

    /** Whether every caller may know it. */
    public boolean isPublic() {
        return kind == Kind.PUBLIC;
    }

    String message() {
        return message;
    }
}
