"""From grammar rules to the syntax tree: one method for each rule of grammar/dhcpd.lark."""

from typing import final

from lark import Transformer, v_args

from pydhcpd.config import ast
from pydhcpd.config.precedence import fold
from pydhcpd.config.symbol import FileName, Run, Symbol, Whole


@final
@v_args(inline=True)
class Builder(Transformer[object, tuple[ast.Statement, ...]]):
    """Builds nodes; has no state, so one grammar serves any number of files."""

    # Statements.

    def configuration(self, *statements: ast.Statement) -> tuple[ast.Statement, ...]:
        return statements

    def plain(self, keyword: Symbol, run: Run, last: Symbol | ast.Body) -> ast.Plain:
        if isinstance(last, ast.Body):
            return ast.Plain(keyword.token, last.close, run.words, last)
        return ast.Plain(keyword.token, last.token, run.words, None)

    def key(self, keyword: Symbol, run: Run, last: Symbol | ast.Body, *_: Symbol) -> ast.Plain:
        return self.plain(keyword, run, last)

    def include(self, keyword: Symbol, name: FileName, end: Symbol) -> ast.Include:
        return ast.Include(
            keyword.token, end.token, name.words, name.content, name.failure, name.refusal
        )

    def assignment(
        self, name: Symbol, equals: Symbol, value: ast.Expression, end: Symbol
    ) -> ast.Assignment:
        return ast.Assignment(name.token, end.token, equals.token, value)

    def call_statement(self, name: Symbol, *rest: ast.Expression | Symbol) -> ast.CallStatement:
        call = self.call(name, *rest[:-1])
        return ast.CallStatement(name.token, rest[-1].token, call)

    def expression_statement(
        self, *parts: ast.Expression | ast.Operator | Symbol
    ) -> ast.ExpressionStatement:
        operands = tuple(part for part in parts if isinstance(part, ast.Expression))
        operators = tuple(part for part in parts if isinstance(part, ast.Operator))
        return ast.ExpressionStatement(operands[0].token, parts[-1].token, operands, operators)

    def level(self, name: Symbol) -> ast.Reference:
        return self.reference(name)

    def variable(self, name: Symbol) -> ast.Reference:
        return self.reference(name)

    def first_call(self, name: Symbol, *rest: ast.Expression | Symbol) -> ast.Call:
        return self.call(name, *rest)

    def body(self, opening: Symbol, *rest: ast.Statement | Symbol) -> ast.Body:
        close = rest[-1]
        statements = tuple(item for item in rest if isinstance(item, ast.Statement))
        return ast.Body(opening.token, statements, close.token)

    def whole(self, whole: Whole) -> ast.Statement:
        return whole.statement

    # Options.

    def option_space(
        self, keyword: Symbol, _: Symbol, run: Run, end: Symbol
    ) -> ast.OptionSpaceDefinition:
        return ast.OptionSpaceDefinition(keyword.token, end.token, run.words)

    def option_definition(
        self, keyword: Symbol, name: ast.OptionName, _: Symbol, run: Run, end: Symbol
    ) -> ast.OptionDefinition:
        return ast.OptionDefinition(keyword.token, end.token, name, run.words)

    def option_value(
        self, keyword: Symbol, name: ast.OptionName, run: Run, end: Symbol
    ) -> ast.OptionValue:
        return ast.OptionValue(keyword.token, end.token, name, run.words)

    def option_assignment(
        self,
        keyword: Symbol,
        name: ast.OptionName,
        _: Symbol,
        value: ast.Expression,
        end: Symbol,
    ) -> ast.OptionAssignment:
        return ast.OptionAssignment(keyword.token, end.token, name, value)

    def option_name(self, first: Symbol, second: Symbol | None = None) -> ast.OptionName:
        if second is None:
            return ast.OptionName(None, first.token)
        return ast.OptionName(first.token, second.token)

    def option_path(self, first: Symbol, second: Symbol | None = None) -> ast.OptionName:
        return self.option_name(first, second)

    # Control.

    def conditional(
        self,
        keyword: Symbol,
        condition: ast.Expression,
        then: ast.Body,
        *rest: ast.Branch | ast.Body,
    ) -> ast.Conditional:
        branches = [ast.Branch(keyword.token, condition, then)]
        otherwise: ast.Body | None = None
        for part in rest:
            if isinstance(part, ast.Branch):
                branches.append(part)
            else:
                otherwise = part
        end = otherwise.close if otherwise is not None else branches[-1].body.close
        return ast.Conditional(keyword.token, end, tuple(branches), otherwise)

    def elsif(self, keyword: Symbol, *rest: Symbol | ast.Expression | ast.Body) -> ast.Branch:
        condition, body = rest[-2:]
        assert isinstance(condition, ast.Expression), "the grammar puts the condition here"
        assert isinstance(body, ast.Body), "the grammar puts the body last"
        return ast.Branch(keyword.token, condition, body)

    def otherwise(self, _: Symbol, body: ast.Body) -> ast.Body:
        return body

    def condition(self, condition: ast.Expression, *_: Symbol) -> ast.Expression:
        return condition

    def switch(
        self, keyword: Symbol, subject: ast.Expression, _: Symbol, body: ast.Body
    ) -> ast.Switch:
        return ast.Switch(keyword.token, body.close, subject, body)

    def case(self, keyword: Symbol, value: ast.Expression, colon: Symbol) -> ast.Case:
        return ast.Case(keyword.token, colon.token, value)

    def default(self, keyword: Symbol, colon: Symbol) -> ast.Case:
        return ast.Case(keyword.token, colon.token, None)

    # Variables and functions.

    def set(
        self, keyword: Symbol, name: Symbol, _: Symbol, value: ast.Expression, end: Symbol
    ) -> ast.SetVariable:
        return ast.SetVariable(keyword.token, end.token, name.token, value)

    def unset(self, keyword: Symbol, name: Symbol, end: Symbol) -> ast.UnsetVariable:
        return ast.UnsetVariable(keyword.token, end.token, name.token)

    def evaluation(self, keyword: Symbol, value: ast.Expression, end: Symbol) -> ast.Evaluation:
        return ast.Evaluation(keyword.token, end.token, value)

    def define(
        self, keyword: Symbol, name: Symbol, _: Symbol, value: ast.Expression, end: Symbol
    ) -> ast.FunctionAssignment:
        return ast.FunctionAssignment(keyword.token, end.token, name.token, value)

    def function(
        self, keyword: Symbol, name: Symbol, *rest: Symbol | ast.Body
    ) -> ast.FunctionDefinition:
        body = rest[-1]
        assert isinstance(body, ast.Body), "the grammar puts the body last"
        parameters = tuple(
            one.token for one in rest if isinstance(one, Symbol) and one.type == "WORD"
        )
        return ast.FunctionDefinition(keyword.token, body.close, name.token, parameters, body)

    # Classes.

    def match_test(
        self, keyword: Symbol, _: Symbol, value: ast.Expression, end: Symbol
    ) -> ast.Match:
        return ast.Match(keyword.token, end.token, True, False, value)

    def match(self, keyword: Symbol, value: ast.Expression, end: Symbol) -> ast.Match:
        return ast.Match(keyword.token, end.token, False, False, value)

    def spawn(self, keyword: Symbol, _: Symbol, value: ast.Expression, end: Symbol) -> ast.Match:
        return ast.Match(keyword.token, end.token, False, True, value)

    # Expressions.

    def expression(self, *parts: ast.Expression | ast.Operator) -> ast.Expression:
        operands = [part for part in parts if isinstance(part, ast.Expression)]
        return fold(operands, [part for part in parts if isinstance(part, ast.Operator)])

    def bare_expression(self, *parts: ast.Expression | ast.Operator) -> ast.Expression:
        return self.expression(*parts)

    def operator(self, *symbols: Symbol) -> ast.Operator:
        return ast.Operator(symbols[0].token, "".join(symbol.token.word for symbol in symbols))

    def group(self, inner: ast.Expression, end: Symbol) -> ast.Group:
        return ast.Group(inner.token, inner, end.token)

    def text(self, text: Symbol) -> ast.Text:
        return ast.Text(text.token)

    def digits(self, *symbols: Symbol) -> ast.Digits:
        items = tuple(symbol.token for symbol in symbols if symbol.type == "DIGITS")
        return ast.Digits(items[0], items)

    def reference(self, name: Symbol) -> ast.Reference:
        return ast.Reference(name.token)

    def call(self, name: Symbol, *rest: ast.Expression | Symbol) -> ast.Call:
        arguments = tuple(part for part in rest if isinstance(part, ast.Expression))
        commas = tuple(part.token for part in rest if _is_comma(part))
        return ast.Call(name.token, arguments, commas, rest[-1].token)

    def hole(self, symbol: Symbol) -> ast.Missing:
        return ast.Missing(symbol.token, False)

    def broken(self, symbol: Symbol) -> ast.Missing:
        return ast.Missing(symbol.token, True)

    def negation(self, keyword: Symbol, operand: ast.Expression) -> ast.Negation:
        return ast.Negation(keyword.token, operand)

    def option_data(self, keyword: Symbol, name: ast.OptionName) -> ast.OptionData:
        return ast.OptionData(keyword.token, name)

    def exists(self, keyword: Symbol, name: ast.OptionName) -> ast.Exists:
        return ast.Exists(keyword.token, name)

    def defined(self, keyword: Symbol, name: Symbol, end: Symbol) -> ast.Defined:
        return ast.Defined(keyword.token, name.token, end.token)

    def check(self, keyword: Symbol, collection: Symbol) -> ast.Check:
        return ast.Check(keyword.token, collection.token)


def _is_comma(part: object) -> bool:
    return isinstance(part, Symbol) and part.type == "COMMA"
