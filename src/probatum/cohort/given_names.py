"""Common given names, none of them also a common medical word.

A short list, so that a full name in a cell is seen; a name that is rare will not be.
"""

_NAMES = """
aaron adam agnes ahmed alan albert alexander alice ali amanda amy andrea andrew angela ann
anna anne anthony antonio arthur barbara benjamin betty beverly brandon brenda brian bruce
carlos carol carolyn catherine charles charlotte cheryl chen christian christina christine
christopher cynthia daniel david deborah debra denise dennis diana diane donald donna doris
dorothy douglas edward eleanor elizabeth emily emma eric ethel eugene evelyn fatima florence
frances francis frank gabriel gary george gerald gloria gregory hannah harold harry heather
helen henry howard ibrahim isabella jack jacob jacqueline james jane janet janice jason jean
jeffrey jennifer jeremy jerry jesse jessica joan joe john jonathan jordan jose joseph joshua
joyce juan judith judy julia julie justin karen karl katherine kathleen kathryn keith kelly
kenneth kevin kimberly kyle larry laura lauren lawrence leonard linda lisa lois louis louise
lucas luis madison margaret maria marie marilyn marion martha martin mary matthew megan
melissa mercedes michael michelle mildred mohamed mohammed muhammad nancy natalie nathan
nicholas nicole noah olivia pamela patricia patrick paul peter philip phillip phyllis rachel
ralph raymond rebecca richard robert roger ronald roy russell ruth ryan samantha samuel
sandra sara sarah scott sean sharon shirley sophia stephanie stephen steven susan suzanne
teresa terry theresa thomas timothy tyler vera victoria vincent walter wayne wei wilhelm
william yusuf zachary
"""

GIVEN_NAMES = frozenset(_NAMES.split())
