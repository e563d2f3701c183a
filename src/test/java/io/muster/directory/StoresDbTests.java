package io.muster.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.database.TestDatabase;
import io.muster.directory.DirectorySettings.MergeMode;
import io.muster.directory.store.ContactView;
import io.muster.directory.store.Contacts;
import io.muster.directory.store.Directories;
import io.muster.directory.store.EmbeddedNames;
import io.muster.directory.store.MailingLists;
import io.muster.support.Refusal;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class StoresDbTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    private final DirectoryRows rows = new DirectoryRows(database);
    private final Directories directories = rows.directories();
    private final MailingLists lists = new MailingLists(rows.jdbc(), rows.clock(), rows.ids());
    private final Contacts contacts = new Contacts(rows.jdbc(), rows.ids());
    private final EmbeddedNames names = new EmbeddedNames(rows.jdbc(), rows.clock());

    @Test
    void findsADirectoryByIdAndByName() {
        Directory created = directories.create(" Kunden 東京 ", ZoneId.of("Europe/Berlin"), directory -> {});
        assertThat(created.id()).startsWith("POOL_").hasSize(20);
        assertThat(created.name()).isEqualTo("Kunden 東京");
        assertThat(created.createdAt()).isEqualTo(DirectoryRows.NOW.toEpochMilli());
        assertThat(directories.find(created.id())).isEqualTo(created);
        assertThat(directories.find("Kunden 東京")).isEqualTo(created);
        assertThat(directories.list()).contains(created);
    }

    @Test
    void directoryNamesAreUniqueAndCompareExactly() {
        directories.create("Unique", ZoneOffset.UTC, directory -> {});
        directories.create("unique", ZoneOffset.UTC, directory -> {});
        assertRefused(() -> directories.create("Unique", ZoneOffset.UTC, directory -> {}), Refusal.Kind.CONFLICT)
                .hasMessage("Cannot create the directory 'Unique': there is a directory of that name."
                        + " Use it, or choose another name.");
    }

    @Test
    void refusesNamesNothingMayHave() {
        assertRefused(() -> create(" "), Refusal.Kind.INVALID)
                .hasMessage("Cannot create the directory: the name is blank. Give it a name.");
        assertRefused(() -> create("x".repeat(256)), Refusal.Kind.INVALID)
                .hasMessage("Cannot create the directory: the name has 256 characters; at most 255 are allowed."
                        + " Choose another name.");
        assertRefused(() -> create("a\nb"), Refusal.Kind.INVALID)
                .hasMessageContaining("contains the control character U+000A");
        assertRefused(() -> create(TestDatabase.IDS.list(7)), Refusal.Kind.INVALID)
                .hasMessage("Cannot create the directory: the name is the id of something else. Choose another name.");
        assertThat(create("x".repeat(255)).name()).hasSize(255);
    }

    @Test
    void saysWhatAnUnknownDirectoryIs() {
        assertRefused(() -> directories.find("nobody"), Refusal.Kind.NOT_FOUND)
                .hasMessage("Cannot use the directory 'nobody': there is no directory of that name.");
        assertRefused(() -> directories.find(TestDatabase.IDS.directory(4711)), Refusal.Kind.NOT_FOUND)
                .hasMessageContaining("there is no directory of that id.");
        assertRefused(() -> directories.find(TestDatabase.IDS.list(1)), Refusal.Kind.NOT_FOUND)
                .hasMessageContaining("that is the id of a list. Give the directory's own id (POOL_…) or its name.");
    }

    @Test
    void whatIsRefusedAtTheStartLeavesNoDirectory() {
        assertThatThrownBy(() -> directories.create("Half", ZoneOffset.UTC, directory -> {
                    throw Refusal.usage("no");
                }))
                .hasMessage("no");
        assertThatThrownBy(() -> directories.find("Half")).isInstanceOf(Refusal.class);
    }

    @Test
    void changesSettingsInNormalSpelling() {
        Directory directory = create("Settings");
        Directory changed = directories.change(
                directory.number(),
                before -> new DirectorySettings(
                        Map.of("email", FieldPolicy.KEEP, "embedded.Plan", FieldPolicy.CLEAR_ON_BLANK),
                        List.of(" N/A", "null", "NULL"),
                        "de",
                        MergeMode.ALL_CONTACTS,
                        true,
                        List.of("unknown"),
                        7,
                        List.of("crm", " Shop ", "CRM")));
        assertThat(changed.settings().nullTokens()).containsExactly("N/A", "null");
        assertThat(changed.settings().sources()).containsExactly("crm", "Shop");
        assertThat(changed.settings().region()).isEqualTo("DE");
        assertThat(directories.find("Settings")).isEqualTo(changed);
        directories.moveTo(directory.number(), ZoneId.of("Asia/Tokyo"));
        assertThat(directories.find("Settings").timeZone()).isEqualTo(ZoneId.of("Asia/Tokyo"));
    }

    @Test
    void refusesSettingsThatMakeNoSense() {
        int number = create("Wrong settings").number();
        assertRefused(() -> policy(number, Map.of("mail", FieldPolicy.KEEP)), Refusal.Kind.INVALID)
                .hasMessageStartingWith("Cannot set a policy for 'mail': there is no such field.");
        assertRefused(
                        () -> policy(number, Map.of("embedded.a", FieldPolicy.KEEP, "embedded.A", FieldPolicy.KEEP)),
                        Refusal.Kind.INVALID)
                .hasMessageContaining("another policy in another spelling");
        assertThat(directories.byNumber(number).orElseThrow().settings()).isEqualTo(DirectorySettings.defaults());
    }

    @Test
    void findsAListByIdAndByNameWithinItsDirectory() {
        int here = create("Lists here").number();
        int there = create("Lists there").number();
        MailingList list = lists.create(here, "News");
        assertThat(list.id()).startsWith("CG_");
        assertThat(lists.find(here, "News")).isEqualTo(list);
        assertThat(lists.find(here, list.id())).isEqualTo(list);
        assertRefused(() -> lists.find(there, "News"), Refusal.Kind.NOT_FOUND)
                .hasMessageContaining("there is no list of that name.");
        assertRefused(() -> lists.find(there, list.id()), Refusal.Kind.NOT_FOUND)
                .hasMessageContaining("the directory has no list of that id.");
        assertRefused(() -> lists.find(here, TestDatabase.IDS.directory(here)), Refusal.Kind.NOT_FOUND)
                .hasMessageContaining("that is the id of a directory.");
        assertRefused(() -> lists.create(here, "News"), Refusal.Kind.CONFLICT)
                .hasMessage("Cannot create the list 'News': the directory has a list of that name."
                        + " Use it, or choose another name.");
        assertThat(lists.create(there, "News")).isNotEqualTo(list);
        assertThat(lists.of(here)).containsExactly(list);
    }

    @Test
    void aRunHasOneList() {
        int directory = create("Run lists").number();
        MailingList made = lists.ofRun(directory, "Night 1", 42);
        assertThat(lists.ofRun(directory, "Night 1 again", 42)).isEqualTo(made);
        assertRefused(() -> lists.ofRun(directory, "Night 1", 43), Refusal.Kind.CONFLICT)
                .hasMessageContaining("the directory has a list of that name");
    }

    @Test
    void readsContactsInNumberOrder() {
        int directory = create("Read").number();
        int list = lists.create(directory, "L").number();
        rows.contact(directory, 9_000, "Zoë", null, null, null, null, null);
        rows.contact(directory, 2, "Anna", "Ł", "a@b.de", "+4930123456", "R1", "{\"b\":\"1\",\"😀\":\"x\\ny\"}");
        rows.contact(directory, 5_000, null, null, null, null, null, null);
        rows.member(directory, list, 2, 1);
        rows.alias(directory, 2, "OLD", 1);

        Contact anna = contacts.byNumber(directory, 2).orElseThrow();
        assertThat(anna.profile().field(ContactField.LAST_NAME)).isEqualTo("Ł");
        assertThat(anna.profile().embedded()).isEqualTo(Map.of("b", "1", "😀", "x\ny"));
        assertThat(anna.version()).isEqualTo(1);
        assertThat(contacts.find(anna.id())).isEqualTo(anna);
        assertThat(contacts.byNumbers(directory, List.of(9_000L, 3L, 2L)))
                .extracting(Contact::number)
                .containsExactly(2L, 9_000L);
        List<Long> all = new ArrayList<>();
        contacts.forEach(directory, contact -> all.add(contact.number()));
        assertThat(all).containsExactly(2L, 5_000L, 9_000L);
        assertThat(contacts.count(directory)).isEqualTo(3);
        assertThat(contacts.isEmpty(directory)).isFalse();
        assertThat(contacts.view(anna))
                .isEqualTo(new ContactView(
                        anna.id(),
                        "Anna",
                        "Ł",
                        "a@b.de",
                        "+4930123456",
                        "R1",
                        null,
                        false,
                        anna.profile().embedded(),
                        List.of(TestDatabase.IDS.list(list)),
                        List.of("OLD"),
                        "2026-11-22T08:15:30.000Z",
                        "2026-11-22T08:15:30.001Z"));
        assertThat(lists.size(lists.find(directory, "L"))).isEqualTo(new MailingLists.Size(1, 1));
    }

    @Test
    void saysWhenThereIsNoSuchContact() {
        int directory = create("No contact").number();
        String id = TestDatabase.IDS.contact(directory, 1);
        assertRefused(() -> contacts.find(id), Refusal.Kind.NOT_FOUND)
                .hasMessage("Cannot find the contact " + id
                        + ": there is none of that id. It may have been deleted or merged; search for it.");
        assertRefused(() -> contacts.find("CID_x"), Refusal.Kind.INVALID)
                .hasMessage("Cannot find the contact 'CID_x': that is no contact id. Use CID_ and 15 characters.");
        assertThat(contacts.isEmpty(directory)).isTrue();
    }

    @Test
    void theFirstSpellingOfANameStays() {
        int directory = create("Names").number();
        assertThat(names.register(directory, List.of("Plan", "PLAN", "straße")).names())
                .containsExactly("Plan", "straße");
        Spellings after = names.register(directory, List.of("plan", "STRASSE", "New"));
        assertThat(after.names()).containsExactly("New", "Plan", "straße");
        assertThat(after.of("pLAN")).isEqualTo("Plan");
        assertThat(after.of("Straße")).isEqualTo("straße");
        assertThat(after.of("other")).isEqualTo("other");
        assertThat(after.has("NEW")).isTrue();
        assertThat(after.with(List.of("OTHER", "plan")).of("other")).isEqualTo("OTHER");
        assertThat(names.of(create("Other names").number()).names()).isEmpty();
    }

    private Directory create(String name) {
        return directories.create(name, ZoneOffset.UTC, directory -> {});
    }

    private void policy(int number, Map<String, FieldPolicy> policies) {
        DirectorySettings defaults = DirectorySettings.defaults();
        directories.change(
                number,
                before -> new DirectorySettings(
                        policies,
                        List.of(),
                        null,
                        defaults.mergeMode(),
                        false,
                        List.of(),
                        defaults.maxGroup(),
                        List.of()));
    }

    private static AbstractThrowableAssert<?, ? extends Throwable> assertRefused(
            ThrowableAssert.ThrowingCallable call, Refusal.Kind kind) {
        return assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        Refusal.class, refusal -> assertThat(refusal.kind()).isEqualTo(kind));
    }
}
