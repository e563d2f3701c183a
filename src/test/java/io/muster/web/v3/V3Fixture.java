package io.muster.web.v3;

import io.muster.access.Scope;
import io.muster.app.DirectoryService;
import io.muster.app.NewDirectory;
import io.muster.database.TestDatabase;
import io.muster.directory.Actor;
import io.muster.support.PublicId;
import io.muster.web.TestWebServer;
import io.muster.web.v3.V3Client.Answer;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import tools.jackson.databind.JsonNode;

/** A server with clients of the API, and directories for single tests. */
final class V3Fixture implements AutoCloseable {

    final TestWebServer server;
    final V3Client client;
    private final TestDatabase database;

    private V3Fixture(TestDatabase database, TestWebServer server) {
        this.database = database;
        this.server = server;
        this.client = new V3Client(server, server.token(Scope.MANAGE));
    }

    static V3Fixture start(TestDatabase database, Path home, String... settings) {
        String[] all = Arrays.copyOf(settings, settings.length + 2);
        all[settings.length] = "muster.http.calls-per-token";
        all[settings.length + 1] = "1000000";
        return new V3Fixture(database, TestWebServer.start(database.url(), home, all));
    }

    /** A directory with these rules, by default extRef; its address. */
    String directory(String... rules) {
        List<String> given = rules.length == 0 ? List.of("extRef") : List.of(rules);
        return "/API/v3/directories/"
                + server.get(DirectoryService.class)
                        .create(new NewDirectory(
                                Actor.commandLine("tester"), "d" + UUID.randomUUID(), ZoneOffset.UTC, given))
                        .id();
    }

    /** The numeric id of a directory. */
    static int number(String directory) {
        return (int) TestDatabase.IDS
                .read(PublicId.DIRECTORY, directory.replaceFirst(".*/", ""))
                .orElseThrow();
    }

    /** The id of a new contact. */
    String contact(String directory, String json) throws Exception {
        Answer made = client.post(directory + "/contacts", json);
        if (made.status() != 200) {
            throw new AssertionError(made.text());
        }

        return made.result().get("id").asString();
    }

    /** The id of a new list. */
    String list(String directory, String name) throws Exception {
        Answer made = client.post(directory + "/mailinglists", "{'name':'" + name + "'}");
        if (made.status() != 200) {
            throw new AssertionError(made.text());
        }

        return made.result().get("id").asString();
    }

    /** All elements of a list, page by page. */
    List<JsonNode> all(String path) throws Exception {
        List<JsonNode> all = new ArrayList<>();
        Answer page = client.get(path);
        all.addAll(page.elements());
        while (!page.nextPage().isEmpty()) {
            page = client.get(page.nextPage());
            all.addAll(page.elements());
        }

        return all;
    }

    <T> T single(String sql, Class<T> type, Object... parameters) {
        return database.jdbc().sql(sql).params(List.of(parameters)).query(type).single();
    }

    int update(String sql, Object... parameters) {
        return database.jdbc().sql(sql).params(List.of(parameters)).update();
    }

    @Override
    public void close() {
        server.close();
    }
}
