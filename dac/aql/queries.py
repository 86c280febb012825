"""The clauses of a query, each method one clause, in the order in which they must stand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from dac.aql.expressions import ExpressionParser
from dac.aql.misplaced import misplaced
from dac.aql.mistakes import LONG_UNITS, hint_for_word, unexpected
from dac.aql.nodes import (
    Alias,
    Call,
    Database,
    GlobalView,
    Last,
    Number,
    OffenseTime,
    OrderItem,
    Parameter,
    Query,
    SelectItem,
    Session,
    Span,
    Star,
    String,
)
from dac.aql.operands import NO_DISTINCT
from dac.aql.tokens import Kind
from dac.aql.words import RESERVED, SESSION_UNITS, UNITS

if TYPE_CHECKING:
    from dac.aql.nodes import Expression
    from dac.aql.tokens import Token
    from dac.errors import AqlError

_TIME_FORM = "a time such as '2026-07-01 09:00', milliseconds or PARSEDATETIME('1 hour ago')"


class QueryParser(ExpressionParser):
    def query(self) -> Query:
        self.enter()
        at = self.expect_word("SELECT").at
        items = self._items()
        self.expect_word("FROM", "AS")
        # Arguments are worked out in the order in which they stand here, which is the order of the clauses.
        query = Query(
            items=items,
            source=self._source(),
            into=self._into(),
            where=self.condition() if self.accept_word("WHERE") else None,
            group_by=self._group_by(),
            having=self.condition() if self.accept_word("HAVING") else None,
            order_by=self._order_by(),
            limit=self._limit(),
            session=self._session(),
            time=self._time(),
            parameters=self._parameters(),
            at=at,
        )
        if not self.at_sign(")") and self.token.kind is not Kind.END:
            raise misplaced(self.token, query, follows_source=self.previous.at == query.source.at)
        self.leave()
        return query

    # SELECT and FROM

    def _items(self) -> tuple[SelectItem, ...]:
        if self.at_word("DISTINCT"):
            raise self.error("AQL003", "AQL has no SELECT DISTINCT", self.token, hint=NO_DISTINCT)
        if self.at_word("TOP") and self.following.kind is Kind.NUMBER:
            raise self.error("AQL004", "TOP is not AQL", self.token, hint=hint_for_word("TOP"))
        items = [self._item()]
        while self.accept_sign(","):
            items.append(self._item())
        return tuple(items)

    def _item(self) -> SelectItem:
        at = self.token.at
        if self.accept_sign("*"):
            return SelectItem(Star(at=at), at=at)
        expression = self.value()
        return SelectItem(expression, self._alias() if self.accept_word("AS") else None, at=at)

    def _alias(self) -> Alias:
        quotes: dict[Kind, Literal["", "'", '"']] = {Kind.WORD: "", Kind.STRING: "'", Kind.NAME: '"'}
        token = self.token
        if token.kind not in quotes:
            raise unexpected(token, "the name of the column")
        if token.kind is Kind.WORD and token.value in RESERVED:
            hint = f'{token.value} is a keyword; as a name it is written "{token.text}"'
            raise self.error("AQL001", f"found {token.text} where the name of the column should stand", token, hint)
        self.advance()
        return Alias(token.text if token.kind is Kind.WORD else token.value, quotes[token.kind], at=token.at)

    def _source(self) -> Database | GlobalView | Query:
        token = self.token
        if self.accept_sign("("):
            query = self.query()
            self.expect_sign(")")
            return query
        named = token.kind is Kind.NAME or (token.kind is Kind.WORD and token.value not in RESERVED)
        if not named:
            raise unexpected(token, "events, flows, GLOBALVIEW(..) or ( SELECT .. )")
        self.advance()
        if token.value == "GLOBALVIEW" and self.at_sign("("):
            return self._global_view(token)
        return Database(token.value if token.kind is Kind.NAME else token.text, at=token.at)

    def _global_view(self, token: Token) -> GlobalView:
        self.expect_sign("(")
        search = self.expect_string("the name of a saved search in single quotes")
        self.expect_sign(",")
        resolution = self.expect_string("'NORMAL', 'HOURLY' or 'DAILY'")
        self.expect_sign(")")
        return GlobalView(search, resolution.upper(), at=token.at)

    def _into(self) -> str | None:
        if not self.accept_word("INTO"):
            return None
        token = self.token
        if token.kind not in (Kind.WORD, Kind.STRING, Kind.NAME) or token.text.upper() in RESERVED:
            raise unexpected(token, "the name of a cursor")
        self.advance()
        return token.text if token.kind is Kind.WORD else token.value

    # Grouping, order, number

    def _group_by(self) -> tuple[Expression, ...]:
        if not self.accept_word("GROUP"):
            return ()
        self.expect_word("BY")
        return self.values()

    def _order_by(self) -> tuple[OrderItem, ...]:
        if not self.accept_word("ORDER"):
            return ()
        self.expect_word("BY")
        items = [self._order_item()]
        while self.accept_sign(","):
            items.append(self._order_item())
        return tuple(items)

    def _order_item(self) -> OrderItem:
        expression = self.value()
        descending = self.at_word("DESC")
        if self.at_word("ASC", "DESC"):
            self.advance()
        collation = self.expect_string("a language tag such as 'de-CH'") if self.accept_word("COLLATE") else None
        return OrderItem(expression, descending, collation, at=expression.at)

    def _limit(self) -> int | None:
        return self.expect_count("a number of rows") if self.accept_word("LIMIT") else None

    # SESSION BY

    def _session(self) -> Session | None:
        at = self.token.at
        if not (self.at_word("SESSION") and self.following.value == "BY"):
            return None
        self.advance()
        self.expect_word("BY")
        time = self.value()
        self.accept_sign(",")
        values = self.values()
        explicit_begin, begin = self._border("BEGIN")
        explicit_end, end = self._border("END")
        return Session(
            time,
            values,
            begin,
            end,
            explicit_begin,
            explicit_end,
            timeout=self.expect_count("milliseconds") if self.accept_word("TIMEOUT") else None,
            window=self._window(),
            at=at,
        )

    def _border(self, word: str) -> tuple[bool, Expression | None]:
        explicit = self.at_word("EXPLICIT") and self.following.value == word
        if explicit:
            self.advance()
        return explicit, self.condition() if self.accept_word(word) else None

    def _window(self) -> tuple[int, str] | None:
        if not self.accept_word("TIMEWINDOW"):
            return None
        return self.expect_count("a number"), self._unit(SESSION_UNITS)

    # Time and parameters

    def _time(self) -> Last | Span | OffenseTime | None:
        at = self.token.at
        if self.accept_word("LAST"):
            return Last(self.expect_count("a number, as in LAST 24 HOURS"), self._unit(UNITS), at=at)
        if self.accept_word("START"):
            start = self._moment()
            return Span(start, self._moment() if self.accept_word("STOP") else None, at=at)
        if self.accept_word("TIMES"):
            token = self.token
            call = self.value()
            if not isinstance(call, Call) or call.key != "OFFENSE_TIME" or len(call.arguments) != 1:
                raise unexpected(token, "OFFENSE_TIME(id)")
            return OffenseTime(call.arguments[0], at=at)
        return None

    def _unit(self, units: tuple[str, ...]) -> str:
        if self.token.kind is not Kind.WORD or self.token.value not in units:
            error = unexpected(self.token, "MINUTES, HOURS or DAYS", units, foreign=False)
            raise error if self.token.value not in LONG_UNITS else self._in_days(error)
        return self.advance().value

    @staticmethod
    def _in_days(error: AqlError) -> AqlError:
        error.hint = "write it in days: a week is 7 DAYS"
        return error

    def _moment(self) -> Expression:
        token = self.token
        moment = self.value()
        if isinstance(moment, (String, Number)) or (isinstance(moment, Call) and moment.key == "PARSEDATETIME"):
            return moment
        raise unexpected(token, _TIME_FORM)

    def _parameters(self) -> tuple[Parameter, ...]:
        if not self.accept_word("PARAMETERS"):
            return ()
        found = [self._parameter()]
        while self.accept_sign(","):
            found.append(self._parameter())
        return tuple(found)

    def _parameter(self) -> Parameter:
        token = self.token
        if token.kind is not Kind.WORD:
            raise unexpected(token, "the name of a parameter")
        self.advance()
        self.expect_sign("=")
        return Parameter(token.value, self.value(), at=token.at)
