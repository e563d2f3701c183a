package io.muster.app;

import io.muster.directory.Actor;
import io.muster.directory.Directory;
import io.muster.directory.MailingList;
import io.muster.directory.store.Audit;
import io.muster.directory.store.AuditSubject;
import io.muster.directory.store.ContactExport.Format;
import io.muster.directory.store.Directories;
import io.muster.directory.store.MailingLists;
import io.muster.directory.store.MemberExport;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.support.TransactionTemplate;

/** Mailing lists. Directories and lists are named by id or name. */
public final class ListService {

    private final TransactionTemplate transactions;
    private final Directories directories;
    private final MailingLists lists;
    private final MemberExport members;
    private final Audit audit;

    ListService(
            TransactionTemplate transactions,
            Directories directories,
            MailingLists lists,
            MemberExport members,
            Audit audit) {
        this.transactions = transactions;
        this.directories = directories;
        this.lists = lists;
        this.members = members;
        this.audit = audit;
    }

    /** Creates a list. */
    public ListView create(Actor actor, String directory, String name) {
        Directory found = directories.find(directory);
        MailingList made = Objects.requireNonNull(transactions.execute(status -> {
            MailingList list = lists.create(found.number(), name);
            audit.enter(actor, "list.create", AuditSubject.of(list), Map.of("name", list.name()));
            return list;
        }));
        return ListView.of(found, made, new MailingLists.Size(0, 0));
    }

    /**
     * Lists of a directory by name.
     *
     * @param after id or name of the last list of the page before; null for the first page
     */
    public Page<ListView> list(String directory, @Nullable String after, int most) {
        Directory found = directories.find(directory);
        String name = after == null ? null : lists.find(found.number(), after).name();
        return Page.of(lists.page(found.number(), name, most + 1), most, MailingList::id)
                .map(list -> view(found, list));
    }

    /** A list with its size. */
    public ListView show(String directory, String list) {
        Directory found = directories.find(directory);
        return view(found, lists.find(found.number(), list));
    }

    /** Writes who is on a list, as {@link MemberExport} does, and leaves the stream open. */
    public void members(String directory, String list, Format format, OutputStream out) throws IOException {
        Directory found = directories.find(directory);
        long ignored = members.write(lists.find(found.number(), list), format, out);
    }

    private ListView view(Directory directory, MailingList list) {
        return ListView.of(directory, list, lists.size(list));
    }
}
