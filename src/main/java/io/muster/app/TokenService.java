package io.muster.app;

import io.muster.access.Scope;
import io.muster.access.Secrets;
import io.muster.access.Token;
import io.muster.access.Tokens;
import io.muster.directory.Actor;
import io.muster.directory.Directory;
import io.muster.directory.store.Audit;
import io.muster.directory.store.AuditSubject;
import io.muster.directory.store.Directories;
import io.muster.support.Refusal;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.springframework.transaction.support.TransactionTemplate;

/** Tokens of programs: made, listed, revoked. */
public final class TokenService {

    private final TransactionTemplate transactions;
    private final Directories directories;
    private final Tokens tokens;
    private final Secrets secrets;
    private final Audit audit;

    TokenService(
            TransactionTemplate transactions, Directories directories, Tokens tokens, Secrets secrets, Audit audit) {
        this.transactions = transactions;
        this.directories = directories;
        this.tokens = tokens;
        this.secrets = secrets;
        this.audit = audit;
    }

    /**
     * Makes a token.
     *
     * @param scopes as people write them, one at least
     * @param limits the only directories it is for, by id or name; none: all
     */
    public NewToken create(Actor actor, String name, List<String> scopes, List<String> limits) {
        if (scopes.isEmpty()) {
            throw Refusal.invalid("NO_SCOPE", "Cannot create the token: it has no scope. Give it at least one.")
                    .with("field", "scope");
        }

        Set<Scope> given = EnumSet.noneOf(Scope.class);
        scopes.forEach(word -> given.add(Scope.of(word)));
        List<Directory> found =
                limits.stream().map(directories::find).distinct().toList();
        List<String> words = given.stream().map(Scope::word).toList();
        String secret = secrets.make();
        return transactions.execute(status -> {
            String kept = tokens.add(
                    name,
                    Secrets.hash(secret),
                    given,
                    found.isEmpty()
                            ? null
                            : found.stream().map(Directory::number).toList(),
                    actor);
            audit.enter(
                    actor,
                    "token.create",
                    AuditSubject.INSTALLATION,
                    Named.values(
                            "name",
                            kept,
                            "scopes",
                            words,
                            "directories",
                            found.stream().map(Directory::id).toList()));
            return new NewToken(kept, words, secret);
        });
    }

    /** All tokens by name, revoked ones included. */
    public List<TokenView> list() {
        return tokens.list().stream().map(TokenView::of).toList();
    }

    /** The token of that name. */
    public TokenView show(String name) {
        return TokenView.of(tokens.find(name));
    }

    /** Revokes the token of that name; servers accept it for some seconds more. */
    public TokenView revoke(Actor actor, String name) {
        return transactions.execute(status -> {
            Token token = tokens.find(name);
            tokens.revoke(token, actor);
            audit.enter(actor, "token.revoke", AuditSubject.INSTALLATION, Named.values("name", token.name()));
            return TokenView.of(token);
        });
    }
}
