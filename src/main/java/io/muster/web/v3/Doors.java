package io.muster.web.v3;

import io.muster.app.ContactReading;
import io.muster.directory.Directory;
import io.muster.directory.MailingList;
import io.muster.directory.store.Directories;
import io.muster.support.Ids;
import io.muster.support.PublicId;
import io.muster.web.call.Caller;

/** What an address names: directories, for whoever may enter them, and contacts and lists in them. */
final class Doors {

    private final Directories directories;
    private final ContactReading contacts;
    private final Ids ids;

    Doors(Directories directories, ContactReading contacts, Ids ids) {
        this.directories = directories;
        this.contacts = contacts;
        this.ids = ids;
    }

    /** The directory of an id. One that the caller's token is not for is unknown to it. */
    Directory directory(Caller caller, String id) {
        return ids.read(PublicId.DIRECTORY, id).stream()
                .boxed()
                .flatMap(number -> directories.byNumber(number.intValue()).stream())
                .filter(found -> caller.token().isFor(found.id()))
                .findFirst()
                .orElseThrow(() -> V3Exception.notFound(
                        "UNKNOWN_DIRECTORY",
                        "Cannot use the directory: this token knows none of this id. Take an id from"
                                + " /API/v3/directories."));
    }

    /** The number of the contact of an id, or of a lookup id; of one that was merged, the one it was merged into. */
    long contact(Directory directory, String id) {
        return contacts.find(directory, id).orElseThrow(Doors::unknownContact);
    }

    /** A contact that is not there, or not there any more. */
    static V3Exception unknownContact() {
        return V3Exception.notFound(
                "UNKNOWN_CONTACT", "Cannot use the contact: there is none of this id. Search for it.");
    }

    /** The list of an id. */
    MailingList list(Directory directory, String id) {
        return contacts.list(directory, id).orElseThrow(Doors::unknownList);
    }

    /** A list that is not there, or not there any more. */
    static V3Exception unknownList() {
        return V3Exception.notFound(
                "UNKNOWN_LIST",
                "Cannot use the list: the directory has none of this id. Take an id from its mailinglists.");
    }
}
