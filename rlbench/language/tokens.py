"""A tokenizer of one token a symbol, for the languages that are made here."""

from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers
from transformers import PreTrainedTokenizerFast

from rlbench.languages.language import Language

PAD, END, UNKNOWN = "<pad>", "<end>", "<unknown>"


def tokenizer_of(language: Language) -> PreTrainedTokenizerFast:
    """Special tokens first, then the symbols in their order. Decoding puts the separator between symbols again."""
    vocabulary = {symbol: index for index, symbol in enumerate((PAD, END, UNKNOWN, *language.symbols))}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token=UNKNOWN))
    if language.separator:
        tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    else:
        tokenizer.pre_tokenizer = pre_tokenizers.Split(Regex("."), "isolated")
        tokenizer.decoder = decoders.Fuse()
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, pad_token=PAD, eos_token=END, unk_token=UNKNOWN)
